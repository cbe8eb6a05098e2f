// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/selection.h"

#include <array>

namespace holdfast::jobs {
namespace {

struct LevelPool {
  JobLevel level;
  const config::Pool* config::Job::*pool;
  std::string_view source;
};
// VirtualFullBackupPool is not among them: the peer reads it and never uses it.
constexpr std::array level_pools{
    LevelPool{JobLevel::full, &config::Job::full_backup_pool, "Job FullPool override"},
    LevelPool{JobLevel::incremental, &config::Job::incremental_backup_pool, "Job IncPool override"},
    LevelPool{JobLevel::differential, &config::Job::differential_backup_pool, "Job DiffPool override"},
};

}  // namespace

Chosen<config::Pool> choose_pool(const config::Job& job, JobLevel level, Upgraded upgraded,
                                 const Chosen<config::Pool>& given) {
  if (given.resource == nullptr || upgraded == Upgraded::yes)
    for (const LevelPool& entry : level_pools)
      if (entry.level == level && job.*entry.pool != nullptr)
        return {job.*entry.pool, std::string(entry.source)};
  if (given.resource != nullptr) return given;
  return {job.pool, "Job resource"};
}

Chosen<config::Storage> choose_storage(const config::Job& job, const config::Pool* pool,
                                       const Chosen<config::Storage>& given) {
  if (pool != nullptr && !pool->storages.empty()) return {pool->storages.front(), "Pool resource"};
  if (given.resource != nullptr) return given;
  if (!job.storages.empty()) return {job.storages.front(), "Job resource"};
  if (job.pool != nullptr && !job.pool->storages.empty())
    return {job.pool->storages.front(), "Pool resource"};
  return {};
}

Chosen<config::Catalog> choose_catalog(const config::DirectorConfiguration& configuration,
                                       const config::Pool* pool, const config::Job& job,
                                       const config::Client* client) {
  if (pool != nullptr && pool->catalog != nullptr) return {pool->catalog, "Pool resource"};
  if (job.catalog != nullptr) return {job.catalog, "Job resource"};
  if (client != nullptr && client->catalog != nullptr) return {client->catalog, "Client resource"};
  if (configuration.catalogs.empty()) return {};
  return {&configuration.catalogs.front(), "Default catalog"};
}

}  // namespace holdfast::jobs
