// SPDX-License-Identifier: AGPL-3.0-or-later
// purge: removes records whatever their age (interop 09, section 7.6).
#include <array>

#include "base/job_words.h"
#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/handlers.h"
#include "director/console/retention.h"
#include "jobs/texts.h"

namespace holdfast::director::console {
namespace {

using catalog::ExpiringFilter;
using catalog::VolumeRow;

constexpr std::string_view banner =
    "\nThis command can be DANGEROUS!!!\n\n"
    "It purges (deletes) all Files from a Job,\nJobId, Client or Volume; or it purges (deletes)\n"
    "all Jobs from a Client or Volume without regard\nto retention periods. Normally you should use the\n"
    "PRUNE command, which respects retention periods.\nThis command requires full access to all resources.\n";

constexpr std::string_view plural(std::size_t count) { return count == 1 ? "" : "s"; }

std::vector<JobId> ended_jobs(catalog::Catalog& catalog, const ExpiringFilter& filter) {
  std::vector<JobId> jobs;
  for (const auto& row : catalog.retention().ended_jobs(filter)) jobs.push_back(row.job);
  return jobs;
}

const std::string& catalog_name(const Command& command) { return command.settings.catalog; }

std::optional<catalog::JobRow> choose_job_record(Command& command, catalog::Catalog& catalog) {
  if (const auto id = command.line.value("jobid")) {
    auto row = catalog.jobs().find(JobId(parse_number<std::uint32_t>(*id).value_or(0)));
    if (!row) command.out.error(fmt::format("JobId {} is not in the catalog.\n", printable(*id)));
    return row;
  }
  const auto name = command.line.value_of_any({"job", "jobname", "ujobid"});
  auto row = name ? catalog.jobs().find(std::string_view(*name)) : std::nullopt;
  if (name && !row) {
    auto rows = catalog.jobs().list(
        {.name = *name, .order = catalog::JobFilter::Order::newest_start_first, .limit = 1});
    if (!rows.empty()) row = std::move(rows.front());
  }
  if (!row)
    command.out.error(fmt::format("Job \"{}\" is not in the catalog.\n", printable(name.value_or(""))));
  return row;
}

/// What was chosen; empty where nothing was, or the console thought better of it.
template <typename Row>
std::optional<Row> once_confirmed(Command& command, std::optional<Row> chosen) {
  if (!chosen || is_confirmed(command, "Purge (yes/no)? ")) return chosen;
  command.out.info("Purge canceled.\n");
  return std::nullopt;
}

Outcome purge_files_of_client(Command& command, catalog::Catalog& catalog) {
  const auto client = once_confirmed(command, choose_client_record(command, catalog));
  if (!client) return Outcome::ok;
  command.out.info(fmt::format("Begin purging files for Client \"{}\"\n", client->name));
  const auto jobs = ended_jobs(catalog, {.client = client->id, .only_with_file_rows = true});
  if (jobs.empty()) {
    command.out.warning(fmt::format("No Files found for client {} to purge from {} catalog.\n", client->name,
                                    catalog_name(command)));
    return Outcome::ok;
  }
  command.out.info(fmt::format("Found Files in {} Jobs for client \"{}\" in catalog \"{}\".\n", jobs.size(),
                               client->name, catalog_name(command)));
  warn_of_holds(command, catalog, jobs);
  catalog.retention().purge_files(jobs);
  return Outcome::ok;
}

Outcome purge_files(Command& command, catalog::Catalog& catalog) {
  if (command.line.has("volume")) return Outcome::ok;  // as the peer does
  if (!command.line.value("jobid") && !command.line.value_of_any({"job", "jobname", "ujobid"}))
    return purge_files_of_client(command, catalog);
  const auto job = choose_job_record(command, catalog);
  if (!job) return Outcome::ok;
  if (!jobs::is_final(job->status)) {
    command.out.error(fmt::format("JobId {} has not ended; its files are left alone.\n", job->id.value));
    return Outcome::ok;
  }
  warn_of_holds(command, catalog, std::array{job->id});
  catalog.retention().purge_files(std::array{job->id});
  return Outcome::ok;
}

/// Those that `jobstatus=` names, by their letters.
std::vector<JobStatus> wanted_statuses(const Command& command) {
  std::vector<JobStatus> statuses;
  if (const auto list = command.line.value("jobstatus"))
    for (const std::string_view word : split(*list, ','))
      if (word.size() == 1) statuses.push_back(static_cast<JobStatus>(word.front()));
  return statuses;
}

Outcome purge_jobs_of_client(Command& command, catalog::Catalog& catalog) {
  const auto client = once_confirmed(command, choose_client_record(command, catalog));
  if (!client) return Outcome::ok;
  command.out.info(fmt::format("Begin purging jobs from Client \"{}\"\n", client->name));
  const auto jobs = ended_jobs(catalog, {.client = client->id, .statuses = wanted_statuses(command)});
  if (jobs.empty()) {
    command.out.warning(fmt::format("No Jobs found for client {} to purge from {} catalog.\n", client->name,
                                    catalog_name(command)));
    return Outcome::ok;
  }
  command.out.info(fmt::format("Found {} Jobs for client \"{}\" in catalog \"{}\".\n", jobs.size(),
                               client->name, catalog_name(command)));
  warn_of_holds(command, catalog, jobs);
  catalog.retention().purge_jobs(jobs);
  command.out.info(fmt::format("{} Job{} on client \"{}\" purged from catalog.\n", jobs.size(),
                               plural(jobs.size()), client->name));
  return Outcome::ok;
}

Outcome purge_jobs_of_pool(Command& command, catalog::Catalog& catalog) {
  const auto pool = once_confirmed(command, choose_pool_record(command, catalog));
  if (!pool) return Outcome::ok;
  const auto jobs = ended_jobs(catalog, {.pool = pool->id, .statuses = wanted_statuses(command)});
  command.out.info(fmt::format("Found {} Jobs for pool \"{}\" in catalog.\n", jobs.size(), pool->name));
  warn_of_holds(command, catalog, jobs);
  catalog.retention().purge_jobs(jobs);
  command.out.info(fmt::format("{} Job{} on Pool \"{}\" purged from catalog.\n", jobs.size(),
                               plural(jobs.size()), pool->name));
  return Outcome::ok;
}

bool is_purgeable(const VolumeRow& row) {
  return row.status == "Append" || row.status == "Full" || row.status == "Used" || row.status == "Error";
}

void purge_volume(Command& command, catalog::Catalog& catalog, const VolumeRow& row) {
  if (!is_purgeable(row)) {
    command.out.error(
        fmt::format("\nVolume \"{}\" has VolStatus \"{}\" and cannot be purged.\nThe VolStatus must be: "
                    "Append, Full, Used or Error to be purged.\n",
                    row.name, row.status));
    return;
  }
  const auto jobs = ended_jobs(catalog, {.volume = row.id, .statuses = wanted_statuses(command)});
  if (jobs.empty()) {
    command.out.warning(fmt::format("No Jobs found for media {} to purge from catalog.\n", row.name));
  } else {
    command.out.info(fmt::format("Found {} Jobs for media \"{}\" in catalog.\n", jobs.size(), row.name));
    warn_of_holds(command, catalog, jobs);
    catalog.retention().purge_jobs(jobs);
    command.out.info(fmt::format("{} Jobs{} on Volume \"{}\" purged from catalog.\n", jobs.size(),
                                 plural(jobs.size()), row.name));
  }
  const auto held = command.services.hold_volumes();
  auto present = catalog.volumes().find(row.id);
  if (!present || catalog.retention().has_jobs(row.id)) return;
  command.out.warning(
      fmt::format("There are no more Jobs associated with Volume \"{}\". Marking it purged.\n", row.name));
  jobs::Recycling quiet(catalog, {}, moment_now(command), jobs::OnBehalfOf::administrator,
                        [](MessageType, std::string_view) {});
  quiet.mark_purged(*present, jobs::Recycling::Unwritten::force);
}

/// `purge volume action=truncate`: the older way to empty purged volumes.
void truncate_purged(Command& command, catalog::Catalog& catalog) {
  const config::Storage* storage = choose_storage(command);
  if (storage == nullptr) return;
  catalog::VolumeFilter filter{
      .media_type = storage->media_type, .statuses = {"Purged"}, .enabled = std::int16_t{1}};
  if (!command.line.has("allpools")) {
    const auto pool = choose_pool_record(command, catalog);
    if (!pool) return;
    filter.pool = pool->id;
  }
  auto rows = catalog.volumes().list(filter);
  constexpr std::uint64_t bytes_of_a_label = 10'000;
  std::erase_if(rows, [](const VolumeRow& row) {
    return (row.action_on_purge & 1) == 0 || row.bytes <= bytes_of_a_label;
  });
  if (rows.empty())
    command.out.text(
        fmt::format("No Volumes found to perform {} action.\n", command.line.value("action").value_or("")));
  const auto drive = parse_number<std::int32_t>(command.line.value("drive").value_or("0")).value_or(0);
  for (const VolumeRow& row : rows) {
    if (truncate_volume(command, catalog, *storage, row, drive))
      command.out.text(fmt::format("The volume \"{}\" has been truncated\n", row.name));
    else
      command.out.warning(fmt::format("Unable to truncate volume \"{}\"\n", row.name));
  }
}

Outcome purge_volumes(Command& command, catalog::Catalog& catalog) {
  const auto names = command.line.values("volume");
  if (command.line.value("action")) {
    for (const auto& name : names)
      if (auto row = find_volume(command, catalog, name)) purge_volume(command, catalog, *row);
    truncate_purged(command, catalog);
    return Outcome::ok;
  }
  if (names.empty()) {
    auto row = choose_volume(command, catalog);
    if (!row) return Outcome::ok;
    purge_volume(command, catalog, *row);
  }
  for (const auto& name : names) {
    auto row = find_volume(command, catalog, name);
    if (!row) return Outcome::ok;
    purge_volume(command, catalog, *row);
  }
  command.out.text("\n");
  return Outcome::ok;
}

Outcome purge_jobs(Command& command, catalog::Catalog& catalog) {
  if (command.line.has("client")) return purge_jobs_of_client(command, catalog);
  if (command.line.has("volume")) return purge_volumes(command, catalog);
  if (command.line.has("pool")) return purge_jobs_of_pool(command, catalog);
  return purge_jobs_of_client(command, catalog);
}

Outcome purge_quota(Command& command, catalog::Catalog& catalog) {
  const auto client = choose_client_record(command, catalog);
  if (!client) return Outcome::ok;
  catalog.quotas().get_or_create(client->id);
  catalog.quotas().update({.client = client->id});
  command.out.info(fmt::format("Purged quota for Client \"{}\"\n", client->name));
  return Outcome::ok;
}

}  // namespace

namespace handle {

Outcome purge(Command& command) {
  using Form = Outcome (*)(Command&, catalog::Catalog&);
  constexpr Form forms[] = {purge_files, purge_jobs, purge_volumes, purge_quota};
  command.out.warning(banner);
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::own);
  if (catalog == nullptr) return Outcome::failed;
  if (!has_full_access(
          command,
          {{Acl::client, "client"}, {Acl::job, "job"}, {Acl::pool, "pool"}, {Acl::storage, "storage"}}))
    return Outcome::failed;
  const auto form = choose_keyword(command, "Choose item to purge", {"files", "jobs", "volume", "quota"});
  return form ? forms[*form](command, *catalog) : Outcome::ok;
}

}  // namespace handle
}  // namespace holdfast::director::console
