// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/choose.h"

#include <algorithm>
#include <deque>

#include "base/error.h"
#include "base/text.h"
#include "director/console/session.h"

namespace holdfast::director::console {
namespace {

/// How a kind of resource is asked for.
struct Kind {
  Acl acl;
  std::string_view header_name;  ///< "The defined Job resources are:"
  std::string_view auto_text;
  std::string_view prompt;
};

constexpr Kind job_kind{Acl::job, "Job", "Job", "Select Job resource"};
constexpr Kind restore_job_kind{Acl::job, "Restore Job", "Job", "Select Restore Job"};
constexpr Kind client_kind{Acl::client, "Client", "Client", "Select Client (File daemon) resource"};
constexpr Kind storage_kind{Acl::storage, "Storage", "Storage", "Select Storage resource"};
constexpr Kind pool_kind{Acl::pool, "Pool", "Pool", "Select Pool resource"};
constexpr Kind file_set_kind{Acl::file_set, "FileSet", "FileSet", "Select FileSet resource"};
constexpr Kind catalog_kind{Acl::catalog, "Catalog", "Catalog", "Select Catalog resource"};

template <typename Resource>
const Resource* find_by_name(const std::deque<Resource>& resources, std::string_view name) {
  const auto at = std::find_if(resources.begin(), resources.end(),
                               [&](const auto& resource) { return resource.name == name; });
  return at == resources.end() ? nullptr : &*at;
}

template <typename Resource>
const Resource* permitted(const Command& command, const std::deque<Resource>& resources, Acl acl,
                          std::string_view name) {
  const Resource* found = find_by_name(resources, name);
  return found && command.allows(acl, name) ? found : nullptr;
}

template <typename Resource, typename Keep>
const Resource* select(Command& command, const std::deque<Resource>& resources, const Kind& kind, Keep keep) {
  Selection selection;
  selection.header = fmt::format("The defined {} resources are:\n", kind.header_name);
  selection.auto_text = kind.auto_text;
  selection.prompt = kind.prompt;
  for (const Resource& resource : resources)
    if (keep(resource) && command.access.allows(kind.acl, resource.name))
      selection.entries.push_back(resource.name);
  sort_ignoring_case(selection.entries);
  const auto chosen = command.ask.select(selection);
  return chosen ? find_by_name(resources, selection.entries[*chosen]) : nullptr;
}

constexpr auto any = [](const auto&) { return true; };
constexpr auto is_restore = [](const config::Job& job) { return job.type == JobType::restore; };

const config::Catalog* first_catalog(const Command& command) {
  const auto& catalogs = command.config().catalogs;
  return catalogs.empty() ? nullptr : &catalogs.front();
}

/// The storage of a running job that the line names.
const config::Storage* storage_of_running_job(Command& command) {
  const auto id = command.line.value("jobid");
  const auto name = command.line.value_of_any({"job", "jobname", "ujobid"});
  if (!id && !name) return nullptr;
  for (const RunningJob& job : command.services.running_jobs()) {
    const bool named = name && (job.unique_name == *name || job.name == *name);
    if ((id && std::to_string(job.id.value) == *id) || named) return permitted_storage(command, job.storage);
  }
  command.out.error(id ? fmt::format("JobId {} is not running.\n", *id)
                       : fmt::format("Job \"{}\" is not running.\n", *name));
  return nullptr;
}

}  // namespace

void sort_ignoring_case(std::vector<std::string>& names) {
  std::stable_sort(names.begin(), names.end(),
                   [](const std::string& a, const std::string& b) { return to_lower(a) < to_lower(b); });
}

const config::Job* permitted_job(const Command& command, std::string_view name) {
  return permitted(command, command.config().jobs, Acl::job, name);
}
const config::Client* permitted_client(const Command& command, std::string_view name) {
  return permitted(command, command.config().clients, Acl::client, name);
}
const config::Storage* permitted_storage(const Command& command, std::string_view name) {
  return permitted(command, command.config().storages, Acl::storage, name);
}
const config::Pool* permitted_pool(const Command& command, std::string_view name) {
  return permitted(command, command.config().pools, Acl::pool, name);
}
const config::FileSet* permitted_file_set(const Command& command, std::string_view name) {
  return permitted(command, command.config().file_sets, Acl::file_set, name);
}
const config::Schedule* permitted_schedule(const Command& command, std::string_view name) {
  return permitted(command, command.config().schedules, Acl::schedule, name);
}

const config::Job* select_job(Command& command) {
  return select(command, command.config().jobs, job_kind, any);
}
const config::Client* select_client(Command& command) {
  return select(command, command.config().clients, client_kind, any);
}
const config::Storage* select_storage(Command& command) {
  return select(command, command.config().storages, storage_kind, any);
}
const config::Pool* select_pool(Command& command) {
  return select(command, command.config().pools, pool_kind, any);
}
const config::FileSet* select_file_set(Command& command) {
  return select(command, command.config().file_sets, file_set_kind, any);
}

const config::Job* choose_job(Command& command) {
  if (const auto name = command.line.value_of_any({"job", "jobname"})) {
    if (const config::Job* job = permitted_job(command, *name)) return job;
    command.out.error(fmt::format("Job \"{}\" not found\n", *name));
  }
  return select_job(command);
}

const config::Job* choose_restore_job(Command& command) {
  if (const auto name = command.line.value("restorejob")) {
    const config::Job* job = permitted_job(command, *name);
    if (job && is_restore(*job)) return job;
    command.out.error(fmt::format("Error: Restore Job resource \"{}\" does not exist.\n", *name));
  }
  // A single one is taken without a word.
  const config::Job* only = nullptr;
  std::size_t count = 0;
  for (const config::Job& job : command.config().jobs) {
    if (!is_restore(job) || !command.access.allows(Acl::job, job.name)) continue;
    only = &job;
    ++count;
  }
  return count == 1 ? only : select(command, command.config().jobs, restore_job_kind, is_restore);
}

const config::Client* choose_client(Command& command) {
  if (const auto name = command.line.value_of_any({"client", "fd"})) {
    if (const config::Client* client = permitted_client(command, *name)) return client;
    command.out.error(fmt::format("Error: Client resource {} does not exist.\n", *name));
  }
  return select_client(command);
}

const config::Storage* choose_storage(Command& command) {
  const auto name = command.line.value_of_any({"storage", "sd"});
  if (command.line.values("storage").size() + command.line.values("sd").size() > 1)
    command.out.error("Storage name given twice.\n");
  if (name) {
    if (const config::Storage* storage = permitted_storage(command, *name)) return storage;
    command.out.error(fmt::format("Storage resource \"{}\": not found\n", *name));
  } else if (const config::Storage* storage = storage_of_running_job(command)) {
    return storage;
  }
  return select_storage(command);
}

const config::Catalog* catalog_of(const Command& command, const config::Client& client) {
  return client.catalog ? client.catalog : first_catalog(command);
}

const config::Catalog* catalog_of(const Command& command, const config::Job& job) {
  if (job.catalog) return job.catalog;
  if (job.pool && job.pool->catalog) return job.pool->catalog;
  return job.client ? catalog_of(command, *job.client) : first_catalog(command);
}

const config::Catalog* choose_catalog(Command& command) {
  const auto& config = command.config();
  if (const auto name = command.line.value("catalog"))
    if (const auto* found = permitted(command, config.catalogs, Acl::catalog, *name)) return found;
  if (const auto name = command.line.value("client"))
    if (const auto* client = config.find_client(*name)) return catalog_of(command, *client);
  if (const auto name = command.line.value("job"))
    if (const auto* job = config.find_job(*name)) return catalog_of(command, *job);
  if (const auto* present = config.find_catalog(command.settings.catalog)) return present;
  if (command.settings.gui && first_catalog(command)) return first_catalog(command);
  const config::Catalog* chosen = select(command, config.catalogs, catalog_kind, any);
  if (!chosen && config.catalogs.empty()) command.out.error("Could not find a Catalog resource\n");
  return chosen;
}

catalog::Catalog* open_catalog(Command& command, CatalogUse use) {
  const config::Catalog* resource = choose_catalog(command);
  if (!resource) return nullptr;
  if (!command.allows(Acl::catalog, resource->name)) {
    command.out.error(fmt::format("No authorization for Catalog \"{}\"\n", resource->name));
    return nullptr;
  }
  command.settings.catalog = resource->name;
  try {
    return &command.session.catalog(*resource, use, command.out);
  } catch (const Error& error) {
    command.out.error(
        fmt::format("Could not open catalog database \"{}\".\n{}\n", resource->database, error.message()));
    return nullptr;
  }
}

namespace {

/// The names in a table of the catalog that the console may see, by id.
std::vector<std::string> recorded_names(const Command& command, catalog::Catalog& catalog,
                                        std::string_view table, std::string_view key, Acl acl) {
  std::vector<std::string> names;
  catalog.queries().query(fmt::format("SELECT Name FROM {} ORDER BY {}", table, key), {},
                          [&](const catalog::ResultRow& row) {
                            if (command.access.allows(acl, row.text(0))) names.emplace_back(row.text(0));
                            return true;
                          });
  return names;
}

}  // namespace

std::optional<catalog::PoolRow> choose_pool_record(Command& command, catalog::Catalog& catalog) {
  if (const auto name = command.line.value("pool")) {
    const bool allowed = command.allows(Acl::pool, *name);
    if (allowed)
      if (auto row = catalog.pools().find(*name)) return row;
    command.out.error(
        allowed ? fmt::format("Could not find Pool \"{}\": ERR=Pool record not found in Catalog.\n", *name)
                : fmt::format("No access to Pool \"{}\"\n", *name));
  }
  return select_pool_record(command, catalog);
}

std::optional<catalog::PoolRow> select_pool_record(Command& command, catalog::Catalog& catalog) {
  const auto names = recorded_names(command, catalog, "Pool", "PoolId", Acl::pool);
  if (names.empty()) {
    command.out.error("No pools defined. Use the \"create\" command to create one.\n");
    return std::nullopt;
  }
  const auto chosen = command.ask.select({"Defined Pools:\n", "Pool", "Select the Pool", names});
  return chosen ? catalog.pools().find(names[*chosen]) : std::nullopt;
}

std::optional<catalog::ClientRow> choose_client_record(Command& command, catalog::Catalog& catalog) {
  if (const auto name = command.line.value_of_any({"client", "fd"})) {
    if (command.allows(Acl::client, *name))
      if (auto row = catalog.clients().find(*name)) return row;
    command.out.error(
        fmt::format("Could not find Client \"{}\": ERR=Client record not found in Catalog.\n", *name));
  }
  const auto names = recorded_names(command, catalog, "Client", "ClientId", Acl::client);
  if (names.empty()) {
    command.out.error("No clients defined. You must run a job before using this command.\n");
    return std::nullopt;
  }
  const auto chosen = command.ask.select({"Defined Clients:\n", "Client", "Select the Client", names});
  return chosen ? catalog.clients().find(names[*chosen]) : std::nullopt;
}

std::optional<std::size_t> choose_keyword(Command& command, const std::string& prompt,
                                          const std::vector<std::string>& keywords) {
  for (std::size_t i = 0; i < keywords.size(); ++i)
    if (command.line.has(keywords[i])) return i;
  return command.ask.select({"You have the following choices:\n", "", prompt, keywords});
}

}  // namespace holdfast::director::console
