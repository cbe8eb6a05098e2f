// SPDX-License-Identifier: AGPL-3.0-or-later
// prune: removes what is older than its retention period (interop 09, section 7.6).
#include "jobs/retention.h"

#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/handlers.h"
#include "director/console/prune_volume.h"
#include "director/console/retention.h"
#include "director/volume_desk.h"

namespace holdfast::director::console {
namespace {

/// A client, the pool if one was given, and how long records of theirs are kept.
struct PrunedRecords {
  const config::Client* client = nullptr;
  jobs::PruneScope scope;
  jobs::RetentionPeriods periods;
};

std::optional<PrunedRecords> choose_records(Command& command, catalog::Catalog& catalog) {
  PrunedRecords records;
  records.client = choose_client(command);
  if (records.client == nullptr) return std::nullopt;
  const config::Pool* pool = nullptr;
  if (const auto name = command.line.value("pool")) {
    pool = permitted_pool(command, *name);
    if (pool == nullptr) {
      command.out.error(fmt::format("Error: Pool resource \"{}\" does not exist.\n", *name));
      pool = select_pool(command);
      if (pool == nullptr) return std::nullopt;
    }
    if (const auto row = catalog.pools().find(pool->name)) records.scope.pool = row->id;
  }
  records.scope.client = catalog.clients().get_or_create(records.client->name).id;
  records.periods = jobs::retention_periods(*records.client, pool);
  return records;
}

jobs::Pruning pruning_for(Command& command, catalog::Catalog& catalog) {
  return {catalog, hold_rules(command.config(), catalog), moment_now(command), tell_to(command)};
}

Outcome prune_files(Command& command, catalog::Catalog& catalog) {
  auto records = choose_records(command, catalog);
  if (!records || !confirm_retention(command, "File", records->periods.files)) return Outcome::failed;
  const auto jobs =
      pruning_for(command, catalog)
          .prune_files(records->scope, records->periods.files, [](const jobs::Hold&) { return false; });
  if (jobs > 0) command.out.info(jobs::pruned_files_text(jobs, records->client->name));
  return Outcome::ok;
}

/// As the peer does, this spares the chains of what is still configured.
bool is_configured(const Command& command, const jobs::Hold& hold) {
  const auto& config = command.config();
  return config.find_job(hold.name) != nullptr && config.find_client(hold.client) != nullptr &&
         config.find_file_set(hold.fileset) != nullptr;
}

Outcome prune_jobs(Command& command, catalog::Catalog& catalog) {
  auto records = choose_records(command, catalog);
  if (!records || !confirm_retention(command, "Job", records->periods.jobs)) return Outcome::failed;
  const auto jobs = pruning_for(command, catalog)
                        .prune_jobs(records->scope, records->periods.jobs,
                                    [&](const jobs::Hold& hold) { return is_configured(command, hold); });
  if (jobs > 0) command.out.info(jobs::pruned_jobs_text(jobs, records->client->name));
  return Outcome::ok;
}

Outcome prune_stats(Command& command, catalog::Catalog& catalog) {
  using Statistics = catalog::RetentionCatalog::Statistics;
  std::chrono::seconds period = command.config().director().statistics_retention;
  if (!confirm_retention(command, "Statistics", period)) return Outcome::failed;
  for (const auto& [which, name] : {std::pair(Statistics::jobs, "Jobs from JobHisto"),
                                    std::pair(Statistics::devices, "Statistics from DeviceStats"),
                                    std::pair(Statistics::job_samples, "Statistics from JobStats")}) {
    catalog.retention().prune_statistics(which, moment_now(command) - period);
    command.out.info(fmt::format("Pruned {} in catalog.\n", name));
  }
  return Outcome::ok;
}

std::optional<std::string> choose_directory(Command& command, catalog::RetentionCatalog::Below below) {
  auto path = command.line.value("directory");
  if (!path || path->empty())
    path = command.ask.line(below == catalog::RetentionCatalog::Below::everything
                                ? "Please enter the full path prefix to remove: "
                                : "Please enter the full path to remove: ");
  if (!path || path->empty()) return std::nullopt;
  if (!path->ends_with('/')) *path += '/';
  return path;
}

Outcome prune_directory(Command& command, catalog::Catalog& catalog) {
  using Below = catalog::RetentionCatalog::Below;
  std::optional<ClientId> client;
  if (command.line.value_of_any({"client", "fd"})) {
    const config::Client* resource = choose_client(command);
    if (resource == nullptr) return Outcome::failed;
    client = catalog.clients().get_or_create(resource->name).id;
  } else if (!is_confirmed(
                 command, "No client restriction given really remove directory for all clients (yes/no): ")) {
    return Outcome::failed;
  }
  const Below below = command.line.has("recursive") ? Below::everything : Below::only_itself;
  const auto path = choose_directory(command, below);
  if (!path) return Outcome::failed;
  const auto files = catalog.retention().purge_directory(*path, below, client);
  command.out.text(fmt::format("Removed {} file records of \"{}\" from the catalog.\n", with_thousands(files),
                               printable(*path)));
  if (!is_confirmed(command, "Cleanup orphaned path records (yes/no):")) return Outcome::ok;
  const auto paths = catalog.retention().purge_orphaned_paths(*path, below);
  command.out.text(fmt::format("Removed {} path records that no file uses.\n", with_thousands(paths)));
  return Outcome::ok;
}

}  // namespace

namespace handle {

Outcome prune(Command& command) {
  using Form = Outcome (*)(Command&, catalog::Catalog&);
  constexpr Form forms[] = {prune_files, prune_jobs, prune_volumes, prune_stats, prune_directory};
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::own);
  if (catalog == nullptr) return Outcome::failed;
  const auto form =
      choose_keyword(command, "Choose item to prune", {"Files", "Jobs", "Volume", "Stats", "Directory"});
  if (!form) return Outcome::ok;
  if (!has_full_access(command, {{Acl::job, "job"}, {Acl::storage, "storage"}})) return Outcome::failed;
  return forms[*form](command, *catalog);
}

}  // namespace handle
}  // namespace holdfast::director::console
