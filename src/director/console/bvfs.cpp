// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/bvfs.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/handlers.h"
#include "director/console/listing.h"
#include "format/packed_stat.h"
#include "jobs/job_chain.h"
#include "os/account_names.h"

namespace holdfast::director::console {
namespace bvfs {

bool may_see(const Command& command, catalog::Catalog& catalog, JobId job) {
  if (command.access.is_root()) return true;
  const auto row = catalog.jobs().find(job);
  if (!row || !command.access.allows(Acl::job, row->name)) return false;
  const auto client = catalog.clients().find(row->client);
  return client && command.access.allows(Acl::client, client->name);
}

std::vector<JobId> permitted_jobs(Command& command, catalog::Catalog& catalog, std::string_view list) {
  std::vector<JobId> jobs;
  const auto ids = parse_list<std::uint32_t>(list);
  if (!ids) {
    command.out.error(missing_arguments);
    return jobs;
  }
  for (const std::uint32_t id : *ids)
    if (may_see(command, catalog, JobId(id))) jobs.emplace_back(id);
  if (jobs.empty()) command.out.error(unauthorized);
  return jobs;
}

Page page_of(const Command& command) {
  Page page;
  const auto number = [&](std::string_view keyword, std::int64_t otherwise) {
    const auto found = parse_number<std::int64_t>(command.line.value(keyword).value_or(""));
    return found && *found >= 0 ? *found : otherwise;
  };
  page.limit = number("limit", page.limit);
  page.offset = number("offset", page.offset);
  return page;
}

const std::string& Attributes::user(std::uint32_t id) {
  const auto [at, is_new] = users_.try_emplace(id);
  if (is_new) at->second = os::user_name(id).value_or(std::to_string(id));
  return at->second;
}

const std::string& Attributes::group(std::uint32_t id) {
  const auto [at, is_new] = groups_.try_emplace(id);
  if (is_new) at->second = os::group_name(id).value_or(std::to_string(id));
  return at->second;
}

void Attributes::give(Output& out, std::string_view packed, LinkFileIndex link) {
  const auto stat = format::unpack_stat(packed).value_or(format::PackedStat{});
  const auto number = [&](std::string_view key, auto value) {
    out.value(key, Json::number(static_cast<std::int64_t>(value)));
  };
  {
    const auto object = out.object("stat");
    number("dev", stat.device);
    number("ino", stat.inode);
    number("mode", stat.mode);
    number("nlink", stat.links);
    number("uid", stat.uid);
    number("gid", stat.gid);
    out.value("user", user(stat.uid));
    out.value("group", group(stat.gid));
    number("rdev", stat.rdev);
    number("size", stat.size);
    number("atime", stat.access_time);
    number("mtime", stat.modification_time);
    number("ctime", stat.change_time);
  }
  if (link == LinkFileIndex::given) number("linkfileindex", stat.link_file_index);
}

namespace {

using JobIds = std::vector<JobId>;

/// The jobs that hold what the client had when this one ran.
JobIds chain_of(catalog::Catalog& catalog, const catalog::JobRow& job, FileSetId fileset,
                const std::string& fileset_name) {
  jobs::ChainQuestion question;
  question.client = job.client;
  question.fileset = fileset;
  question.fileset_name = fileset_name;
  question.before = job.started + std::chrono::seconds(1);
  if (job.type == JobType::archive) question.type = JobType::archive;
  return jobs::ids_of(jobs::job_chain(catalog.jobs(), question));
}

struct UsedFileSet {
  FileSetId id;
  std::string name;
};

/// That of the job, or all that jobs of its client were ever made with.
std::vector<UsedFileSet> filesets_of(catalog::Catalog& catalog, const catalog::JobRow& job, bool all) {
  std::vector<UsedFileSet> found;
  const std::array<catalog::SqlValue, 1> key{all ? std::int64_t{job.client.value}
                                                 : std::int64_t{job.fileset.value}};
  catalog.queries().query(
      all ? "SELECT FileSetId, FileSet FROM FileSet WHERE FileSetId IN (SELECT FileSetId FROM Job WHERE "
            "ClientId = ?1 AND Type IN ('B', 'A')) ORDER BY FileSet, FileSetId"
          : "SELECT FileSetId, FileSet FROM FileSet WHERE FileSetId = ?1",
      key, [&](const catalog::ResultRow& row) {
        found.push_back({FileSetId(static_cast<std::uint32_t>(row.number(0))), std::string(row.text(1))});
        return true;
      });
  return found;
}

std::optional<catalog::JobRow> asked_job(Command& command, catalog::Catalog& catalog) {
  const auto id = command.line.value("jobid");
  const auto name = id ? std::nullopt : command.line.value("ujobid");
  if (!id && !name) {
    command.out.error("Can't find ujobid or jobid argument\n");
    return std::nullopt;
  }
  const auto row = id ? catalog.jobs().find(JobId(parse_number<std::uint32_t>(*id).value_or(0)))
                      : catalog.jobs().find(std::string_view(*name));
  if (!row)
    command.out.error(fmt::format("Unable to get Job record for JobId={}: ERR=No Job found for {}\n\n",
                                  printable(id ? *id : *name),
                                  id ? "JobId " + printable(*id) : "JobName '" + printable(*name) + "'"));
  return row;
}

}  // namespace
}  // namespace bvfs

namespace handle {

Outcome bvfs_update(Command& command) {
  const auto list = command.line.value("jobid");
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::own);
  if (!catalog) return Outcome::failed;
  bool is_good = true;
  std::vector<JobId> jobs;
  if (list) {
    const auto ids = bvfs::parse_list<std::uint32_t>(*list);
    is_good = ids.has_value();
    if (ids)
      for (const std::uint32_t id : *ids) jobs.emplace_back(id);
  } else {
    jobs = catalog->bvfs().jobs_without();
  }
  for (const JobId job : jobs) {
    if (command.stop.stop_requested()) return Outcome::failed;
    if (catalog->bvfs().build(job) == catalog::BvfsCatalog::Cached::being_built) is_good = false;
  }
  catalog->bvfs().drop_orphans();
  // Where nobody named them, somebody else may be at work on the same ones.
  if (is_good || !list) return Outcome::ok;
  command.out.error(fmt::format("ERROR: BVFS reported a problem for {}\n", printable(*list)));
  return Outcome::failed;
}

Outcome bvfs_job_ids(Command& command) {
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::own);
  if (!catalog) return Outcome::failed;
  const auto job = bvfs::asked_job(command, *catalog);
  if (!job) return Outcome::failed;
  std::vector<JobId> found;
  for (const auto& fileset : bvfs::filesets_of(*catalog, *job, command.line.has("all"))) {
    if (!command.access.allows(Acl::file_set, fileset.name)) continue;
    for (const JobId id : bvfs::chain_of(*catalog, *job, fileset.id, fileset.name))
      if (std::find(found.begin(), found.end(), id) == found.end() && bvfs::may_see(command, *catalog, id))
        found.push_back(id);
  }
  std::string text;
  const auto array = command.out.array("jobids");
  for (const JobId id : found) {
    text += fmt::format("{}{}", text.empty() ? "" : ",", id.value);
    const auto row = command.out.row();
    command.out.value("id", std::to_string(id.value));
  }
  command.out.text(text + "\n");
  return Outcome::ok;
}

Outcome bvfs_cleanup(Command& command) {
  const auto name = command.line.value("path");
  if (!name || !catalog::is_name_of_choice(*name)) {
    command.out.error("Can't find path argument\n");
    return Outcome::failed;
  }
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::own);
  if (!catalog) return Outcome::failed;
  catalog->bvfs().drop_choice(*name);
  return Outcome::ok;
}

Outcome bvfs_clear_cache(Command& command) {
  if (!command.line.has("yes")) {
    command.out.error("Can't find 'yes' argument\n");
    return Outcome::ok;
  }
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::own);
  if (!catalog) return Outcome::failed;
  catalog->bvfs().clear();
  command.out.info("OK\n");
  return Outcome::ok;
}

}  // namespace handle
}  // namespace holdfast::director::console
