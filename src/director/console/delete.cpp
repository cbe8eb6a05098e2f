// SPDX-License-Identifier: AGPL-3.0-or-later
// delete: takes jobs, volumes, pools and storages out of the catalog (interop 09, section 7.3).
#include <algorithm>
#include <array>

#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/handlers.h"
#include "director/console/retention.h"
#include "director/volume_desk.h"

namespace holdfast::director::console {
namespace {

constexpr std::size_t most_without_asking = 25;

/// In api 1 it is asked, in JSON and RunScripts not.
bool is_sure(Command& command, const std::string& prompt) {
  if (command.line.has("yes") || !command.ask.can_ask()) return true;
  return command.ask.yes_no(prompt).value_or(false);
}

std::string joined(std::span<const JobId> jobs) {
  std::string text;
  for (const JobId job : jobs) text += (text.empty() ? "" : ",") + std::to_string(job.value);
  return text;
}

void delete_volume(Command& command, catalog::Catalog& catalog) {
  const auto row = choose_volume(command, catalog);
  if (!row) return;
  command.out.warning(fmt::format(
      "\nThis command will delete volume {}\nand all Jobs saved on that volume from the Catalog\n",
      row->name));
  if (!is_sure(command, fmt::format("Are you sure you want to delete Volume \"{}\"? (yes/no): ", row->name)))
    return;
  if (catalog.retention().has_unfinished_job(row->id)) {
    command.out.error(
        fmt::format("A job that has not ended writes on Volume \"{}\"; it is not deleted.\n", row->name));
    return;
  }
  const auto jobs = catalog.retention().jobs_on(row->id);
  if (!jobs.empty()) {
    warn_of_holds(command, catalog, jobs);
    catalog.retention().purge_jobs(jobs);
    command.out.info(
        fmt::format("Deleted {} jobs and associated records deleted from the catalog (jobids: {}).\n",
                    jobs.size(), joined(jobs)));
  }
  const auto held = command.services.hold_volumes();
  if (catalog.retention().has_jobs(row->id)) {
    command.out.error(
        fmt::format("A job has begun to write on Volume \"{}\"; it is not deleted.\n", row->name));
    return;
  }
  catalog.retention().remove_volume(row->id);
  catalog.retention().count_volumes();
  command.out.text(fmt::format("Volume {} deleted.\n", row->name));
  const auto array = command.out.array("volumes");
  command.out.item(row->name);
}

/// The jobs that "3,4,7-11" means; what is wrong in it is told and ignored.
std::vector<JobId> parse_jobs(Command& command, std::string_view list) {
  std::vector<JobId> jobs;
  for (const std::string_view part : split(list, ',')) {
    const auto dash = part.find('-');
    if (dash == std::string_view::npos) {
      const auto id = parse_number<std::uint32_t>(part);
      if (id && *id > 0)
        jobs.emplace_back(*id);
      else
        command.out.error(fmt::format("Illegal JobId {} ignored\n", printable(part)));
      continue;
    }
    const std::string_view from = part.substr(0, dash);
    const std::string_view to = part.substr(dash + 1);
    const auto first = parse_number<std::uint32_t>(from);
    const auto last = parse_number<std::uint32_t>(to);
    if (!first || !last || *first == 0) {
      command.out.error(
          fmt::format("Illegal JobId range {} - {}, ignored\n", printable(from), printable(to)));
    } else if (*last <= *first) {
      command.out.error(fmt::format("Illegal JobId range {} - {} should define increasing JobIds, ignored\n",
                                    *first, *last));
    } else if (*last - *first < most_without_asking ||
               is_sure(command, fmt::format("Are you sure you want to delete {} JobIds ? (yes/no): ",
                                            *last - *first))) {
      for (std::uint64_t id = *first; id <= *last; ++id) jobs.emplace_back(static_cast<std::uint32_t>(id));
    }
  }
  return jobs;
}

void delete_jobs(Command& command, catalog::Catalog& catalog) {
  auto lists = command.line.values("jobid");
  if (lists.empty()) {
    const auto answer = command.ask.line("Enter JobId to delete: ");
    if (!answer) return;
    lists.push_back(*answer);
  }
  const auto array = command.out.array("jobids");
  for (const std::string& list : lists) {
    const auto jobs = parse_jobs(command, list);
    const jobs::Holds holds(catalog.retention(), hold_rules(command.config(), catalog));
    for (const JobId job : jobs) {
      const auto row = catalog.jobs().find(job);
      const auto running = command.services.running_jobs();
      if (row &&
          std::any_of(running.begin(), running.end(), [&](const RunningJob& r) { return r.id == job; })) {
        command.out.error(fmt::format("JobId {} is running; it is not deleted.\n", job.value));
        continue;
      }
      for (const jobs::Hold* hold : holds.among(std::array{job}))
        command.out.warning(fmt::format("JobId {} is {}; it is removed because you ask for it.\n", job.value,
                                        jobs::reason_text(*hold)));
      catalog.retention().purge_jobs(std::array{job});
      command.out.text(fmt::format("Jobid {} and associated records deleted from the catalog.\n", job.value));
      command.out.item(std::to_string(job.value));
    }
  }
}

void delete_pool(Command& command, catalog::Catalog& catalog) {
  if (!command.ask.can_ask()) {
    command.out.error("Deleting pools from the catalog is not supported in batch mode.\n");
    return;
  }
  const auto pool = choose_pool_record(command, catalog);
  if (!pool) return;
  const auto sure =
      command.ask.yes_no(fmt::format("Are you sure you want to delete Pool \"{}\"? (yes/no): ", pool->name));
  if (sure.value_or(false)) catalog.retention().remove_pool(pool->id);
}

void delete_storage(Command& command, catalog::Catalog& catalog) {
  std::vector<std::pair<StorageId, std::string>> orphans;
  catalog.queries().query(
      "SELECT StorageId, Name FROM Storage ORDER BY StorageId", {}, [&](const catalog::ResultRow& row) {
        const std::string name(row.text(1));
        if (command.config().find_storage(name) == nullptr)
          orphans.emplace_back(StorageId(static_cast<std::uint32_t>(row.number(0))), name);
        return true;
      });
  command.out.text(fmt::format("Found {} orphaned Storage records.\n", orphans.size()));
  auto name = command.line.value("storage");
  if (!name) name = command.ask.line("Enter storage to delete: ");
  if (!name) return;
  std::erase_if(orphans, [&](const auto& orphan) { return orphan.second != *name; });
  if (orphans.empty()) {
    command.out.error(
        fmt::format("The given storage '{}' either does not exist at all, or still exists in the "
                    "configuration. In order to remove a "
                    "storage from the catalog, its configuration must be removed first.\n",
                    printable(*name)));
    return;
  }
  command.out.text(fmt::format("Deleting {} orphaned storage record(s).\n", orphans.size()));
  for (const auto& [id, orphan] : orphans) catalog.retention().remove_storage(id);
}

}  // namespace

namespace handle {

Outcome delete_records(Command& command) {
  using Form = void (*)(Command&, catalog::Catalog&);
  constexpr Form forms[] = {delete_volume, delete_pool, delete_jobs, delete_storage};
  const std::vector<std::string> words{"volume", "pool", "jobid", "storage"};
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::own);
  if (catalog == nullptr) return Outcome::failed;
  const bool is_named = std::any_of(words.begin(), words.end(),
                                    [&](const std::string& word) { return command.line.has(word); });
  const auto deleted = command.out.object("deleted");
  if (!is_named)
    command.out.warning(
        "In general it is not a good idea to delete either a\nPool or a Volume since they may contain "
        "data.\n\n");
  const auto form = choose_keyword(command, "Choose catalog item to delete", words);
  if (!form) {
    command.out.warning("Nothing done.\n");
    return Outcome::ok;
  }
  forms[*form](command, *catalog);
  return Outcome::ok;
}

}  // namespace handle
}  // namespace holdfast::director::console
