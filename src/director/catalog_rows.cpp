// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/catalog_rows.h"

#include <array>

#include "base/error.h"
#include "catalog/sql_catalog.h"
#include "jobs/catalog_address.h"
#include "jobs/counters.h"

namespace holdfast::director {
namespace {

// In the order of config::PoolType.
constexpr std::array<std::string_view, 6> pool_types{"Backup",  "Copy",      "Cloned",
                                                     "Archive", "Migration", "Scratch"};

/// One for the job itself, one for what its Storage Daemon asks and tells.
constexpr std::int64_t connections_of_a_job = 2;

constexpr int attempts_within_patience = 12;
constexpr std::chrono::milliseconds longest_pause{5'000};
/// With a network that swallows everything; the shorter one holds up those without patience.
constexpr std::chrono::milliseconds shortest_attempt{5'000}, longest_attempt{15'000};

}  // namespace

catalog::PostgresAddress postgres_address(const config::Catalog& resource, const ServerWait& wait) {
  auto address = jobs::postgres_address(resource);
  address.reconnects = resource.reconnect;
  address.patience = wait.patience == Patience::as_configured ? resource.patience : std::chrono::seconds(0);
  address.between_attempts = std::min(address.patience / attempts_within_patience, longest_pause);
  address.longest_attempt = std::clamp(address.patience, shortest_attempt, longest_attempt);
  address.stop = wait.stop;
  address.outage = wait.outage;
  address.lost = wait.lost;
  return address;
}

std::unique_ptr<catalog::Catalog> open_catalog(const config::Catalog& resource,
                                               const std::filesystem::path& working_directory,
                                               const ServerWait& wait) {
  try {
    if (resource.driver == config::CatalogDriver::sqlite)
      return catalog::open_sqlite_catalog(working_directory / resource.database);
    return catalog::open_postgres_catalog(postgres_address(resource, wait));
  } catch (const Error&) {
    rethrow_with("Could not open Catalog \"{}\", database \"{}\"", resource.name, resource.database);
  }
}

std::string connections_warning(catalog::Catalog& catalog, const config::Catalog& resource,
                                std::uint32_t maximum_concurrent_jobs) {
  if (resource.driver != config::CatalogDriver::postgresql) return "";
  std::int64_t room = connections_of_a_job * std::int64_t{maximum_concurrent_jobs};
  catalog.queries().query("SELECT setting FROM pg_settings WHERE name = 'max_connections'", {},
                          [&](const catalog::ResultRow& row) {
                            room = row.number(0);
                            return false;
                          });
  const std::int64_t jobs = maximum_concurrent_jobs;
  if (room >= connections_of_a_job * jobs) return "";
  if (room >= jobs)
    return fmt::format(
        "Potential performance problem:\nmax_connections={} set for PostgreSQL database \"{}\" should be "
        "larger than "
        "{} times Director's MaxConcurrentJobs={}: a running job has so many connections.\n",
        room, resource.database, connections_of_a_job, jobs);
  return fmt::format(
      "Potential performance problem:\nmax_connections={} set for PostgreSQL database \"{}\" should be "
      "larger than "
      "Director's MaxConcurrentJobs={}\n",
      room, resource.database, maximum_concurrent_jobs);
}

catalog::PoolRow pool_row(catalog::Catalog& catalog, const config::Pool& pool) {
  catalog::PoolRow row;
  row.name = pool.name;
  row.max_volumes = pool.maximum_volumes;
  row.use_catalog = pool.use_catalog;
  row.auto_prune = pool.auto_prune;
  row.recycle = pool.recycle;
  row.action_on_purge = static_cast<std::int16_t>(pool.action_on_purge);
  row.volume_retention = pool.volume_retention.count();
  row.volume_use_duration = pool.volume_use_duration.count();
  row.max_volume_jobs = pool.maximum_volume_jobs;
  row.max_volume_files = pool.maximum_volume_files;
  row.max_volume_bytes = pool.maximum_volume_bytes;
  row.type = pool_types.at(static_cast<std::size_t>(pool.pool_type));
  row.label_type = static_cast<std::int32_t>(pool.label_type);
  if (!pool.label_format.empty()) row.label_format = pool.label_format;
  row.min_block_size = pool.minimum_block_size;
  row.max_block_size = pool.maximum_block_size;
  const auto id_of = [&](const config::Pool* other) {
    if (other == nullptr) return PoolId();
    const auto found = catalog.pools().find(other->name);
    return found ? found->id : PoolId();
  };
  row.scratch_pool = id_of(pool.scratch_pool);
  row.recycle_pool = id_of(pool.recycle_pool);
  return row;
}

PoolId pool_id(catalog::Catalog& catalog, const config::Pool& pool) {
  if (const auto found = catalog.pools().find(pool.name)) return found->id;
  return catalog.pools().put(pool_row(catalog, pool));
}

void put_resources(catalog::Catalog& catalog, const config::DirectorConfiguration& configuration) {
  for (const auto& pool : configuration.pools) catalog.pools().put(pool_row(catalog, pool));
  // Once more for those that name a pool defined behind them.
  for (const auto& pool : configuration.pools)
    if (pool.scratch_pool != nullptr || pool.recycle_pool != nullptr)
      catalog.pools().put(pool_row(catalog, pool));
  for (const auto& client : configuration.clients) catalog.clients().get_or_create(client.name);
  for (const auto& counter : configuration.counters)
    if (counter.catalog != nullptr) jobs::put_counter(catalog.counters(), counter);
  for (const auto& storage : configuration.storages) {
    catalog.storages().put_storage(storage.name, storage.is_autochanger);
    catalog.storages().put_media_type(storage.media_type);
  }
}

}  // namespace holdfast::director
