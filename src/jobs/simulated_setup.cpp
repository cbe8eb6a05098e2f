// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/simulated_setup.h"

#include "jobs/file_set_key.h"
#include "jobs/level.h"
#include "jobs/next_pool.h"
#include "jobs/selection.h"

namespace holdfast::jobs {

void SimulatedSetup::set_up(FutureJob& job, JobLevel level, Moment scheduled, Moment now) {
  const config::Job& resource = *job.resource;
  job.client = resource.client;
  job.row.name = job.result.name = resource.name;
  job.row.job = names_.make(resource.name);
  job.row.type = job.result.type = resource.type;
  job.row.level = level;
  job.row.scheduled = job.result.scheduled = scheduled;
  if (job.client != nullptr) job.row.client = catalog_.clients().get_or_create(job.client->name).id;
  job.row.id = catalog_.jobs().create(job.row);
  if (resource.type == JobType::backup) decide_backup(job, now);
  if (resource.type == JobType::copy || resource.type == JobType::migrate) prepare_copy(job);
  job.result.level = job.row.level;
  if (job.pool != nullptr) job.result.pool = job.pool->name;
}

PoolId SimulatedSetup::row_of(const config::Pool& pool) {
  const auto row = catalog_.pools().find(pool.name);
  return row ? row->id : PoolId();
}

void SimulatedSetup::decide_backup(FutureJob& job, Moment now) {
  const config::Job& resource = *job.resource;
  if (job.row.level == JobLevel::none) job.row.level = JobLevel::incremental;
  if (resource.file_set == nullptr) {
    job.result.problem = "it has no FileSet";
    return;
  }
  job.row.fileset = file_set_row(catalog_.filesets(), *resource.file_set, now).id;
  const auto decision = decide_level(catalog_.jobs(), level_question(resource, job.row, now));
  job.row.level = decision.level;
  const auto upgraded = decision.is_upgraded ? Upgraded::yes : Upgraded::no;
  job.pool = choose_pool(resource, job.run, decision.level, upgraded, {}).resource;
  job.storage = choose_storage(resource, job.run, job.pool, {}).resource;
  if (job.is_virtual_full()) {
    job.read_storage = job.storage;
    turn_to_next_pool(job);
    if (job.result.problem.empty() && !is_same_daemon(*job.read_storage, *job.storage))
      job.result.problem = "it would read and write on two Storage Daemons";
  }
  if (job.pool != nullptr) job.row.pool = row_of(*job.pool);
  if (job.pool == nullptr || job.storage == nullptr) job.result.problem = "it has no pool or no storage";
}

void SimulatedSetup::turn_to_next_pool(FutureJob& job) {
  job.read_pool = job.pool;
  Chosen<config::Pool> given;
  if (job.run != nullptr && job.run->next_pool != nullptr) given.resource = job.run->next_pool;
  const auto place = choose_next_place(*job.resource, job.read_pool, given);
  job.pool = place.pool.resource;
  job.storage = place.storage.resource;
  if (!place.failure.empty())
    job.result.problem = place.failure.substr(0, place.failure.size() - 1);
  else if (job.read_storage == nullptr)
    job.result.problem = "there is no storage to read from";
}

void SimulatedSetup::prepare_copy(FutureJob& job) {
  job.pool = job.run != nullptr && job.run->pool != nullptr ? job.run->pool : job.resource->pool;
  if (job.pool != nullptr) job.row.pool = row_of(*job.pool);
  if (job.selects()) {
    job.read_pool = std::exchange(job.pool, nullptr);
    if (job.read_pool == nullptr) job.result.problem = "it has no pool to read from";
    return;
  }
  const auto source = catalog_.jobs().find(job.sources.front());
  const auto* previous = source ? configuration_.find_job(source->name) : nullptr;
  if (previous == nullptr) {
    job.result.problem = "the configuration has no Job for what it would read";
    return;
  }
  if (job.client == nullptr) {
    job.client = previous->client;
    job.row.client = source->client;
  }
  const bool pool_has_storage = job.pool != nullptr && !job.pool->storages.empty();
  job.read_storage =
      pool_has_storage ? job.pool->storages.front() : choose_storage(*previous, previous->pool, {}).resource;
  turn_to_next_pool(job);
  if (!job.result.problem.empty()) return;
  if (job.read_storage == job.storage && !job.storage->is_autochanger) {
    job.result.problem = "it would read and write the same storage";
    return;
  }
  job.row.pool = row_of(*job.pool);
  job.row.level = previous->level == JobLevel::none ? JobLevel::incremental : previous->level;
  catalog::JobRow& copy = job.copy.emplace();
  copy.job = names_.make(source->name);
  copy.name = source->name;
  copy.level = source->level;
  copy.scheduled = job.row.scheduled;
  copy.client = source->client;
  copy.fileset = source->fileset;
  copy.pool = job.row.pool;
  copy.prior = source->id;
  copy.id = catalog_.jobs().create(copy);
}

}  // namespace holdfast::jobs
