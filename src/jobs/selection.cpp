// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/selection.h"

#include <fmt/core.h>

#include <array>

namespace holdfast::jobs {
namespace {

struct LevelPool {
  JobLevel level;
  const config::Pool* config::ScheduleRun::*run_pool;
  const config::Pool* config::Job::*job_pool;
  std::string_view name;
};
// VirtualFullBackupPool is not among them: the peer reads it and never uses it.
constexpr std::array level_pools{
    LevelPool{JobLevel::full, &config::ScheduleRun::full_pool, &config::Job::full_backup_pool, "FullPool"},
    LevelPool{JobLevel::incremental, &config::ScheduleRun::incremental_pool,
              &config::Job::incremental_backup_pool, "IncPool"},
    LevelPool{JobLevel::differential, &config::ScheduleRun::differential_pool,
              &config::Job::differential_backup_pool, "DiffPool"},
};

bool names_level_pools(const config::ScheduleRun& run) {
  for (const LevelPool& entry : level_pools)
    if (run.*entry.run_pool != nullptr) return true;
  return false;
}

Chosen<config::Pool> level_pool(const config::Job& job, const config::ScheduleRun* run, JobLevel level) {
  for (const LevelPool& entry : level_pools) {
    if (entry.level != level) continue;
    if (run != nullptr && run->*entry.run_pool != nullptr)
      return {run->*entry.run_pool, fmt::format("Run {} override", entry.name)};
    if (job.*entry.job_pool != nullptr)
      return {job.*entry.job_pool, fmt::format("Job {} override", entry.name)};
  }
  return {};
}

}  // namespace

Chosen<config::Pool> choose_pool(const config::Job& job, const config::ScheduleRun* run, JobLevel level,
                                 Upgraded upgraded, const Chosen<config::Pool>& given) {
  const Chosen<config::Pool> of_run{run != nullptr ? run->pool : nullptr, "Run Pool override"};
  if (given.resource == nullptr && of_run.resource != nullptr && !names_level_pools(*run)) return of_run;
  if (given.resource == nullptr || upgraded == Upgraded::yes)
    if (auto pool = level_pool(job, run, level); pool.resource != nullptr) return pool;
  if (given.resource != nullptr) return given;
  if (of_run.resource != nullptr) return of_run;
  return {job.pool, "Job resource"};
}

Chosen<config::Storage> choose_storage(const config::Job& job, const config::ScheduleRun* run,
                                       const config::Pool* pool, const Chosen<config::Storage>& given) {
  if (pool != nullptr && !pool->storages.empty()) return {pool->storages.front(), "Pool resource"};
  if (given.resource != nullptr) return given;
  if (run != nullptr && run->storage != nullptr) return {run->storage, "Run storage override"};
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
