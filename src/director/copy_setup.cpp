// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/copy_setup.h"

#include "base/error.h"
#include "director/catalog_rows.h"
#include "jobs/copy_report.h"
#include "jobs/file_set_key.h"
#include "jobs/next_pool.h"
#include "jobs/restore_selection.h"

namespace holdfast::director {
namespace {

/// A NextPool that was asked for; what the resources say anyway is none.
jobs::Chosen<config::Pool> given_next_pool(const JobPlan& plan) {
  const console::RunRequest& request = plan.request;
  const config::Job& job = *plan.resource;
  const config::Pool* usual = job.next_pool != nullptr ? job.next_pool
                              : job.pool != nullptr    ? job.pool->next_pool
                                                       : nullptr;
  if (request.next_pool != nullptr && request.next_pool != usual) return {request.next_pool, "command line"};
  if (request.run != nullptr && request.run->next_pool != nullptr)
    return {request.run->next_pool, "Run NextPool override"};
  return {};
}

/// From then on pool and storage of the plan are those written to.
void turn_to_next_pool(JobPlan& plan, CopyPlan& copy, catalog::JobRow& row, catalog::Catalog& catalog) {
  copy.read_pool = plan.pool;
  auto place = jobs::choose_next_place(*plan.resource, plan.pool.resource, given_next_pool(plan));
  if (!place.failure.empty()) {
    copy.failure = place.failure;
    return;
  }
  plan.pool = std::move(place.pool);
  plan.storage = std::move(place.storage);
  row.pool = pool_id(catalog, *plan.pool.resource);
}

jobs::Chosen<config::Pool> read_pool(const JobPlan& plan) {
  const console::RunRequest& request = plan.request;
  if (request.pool != nullptr && request.pool != plan.resource->pool)
    return {request.pool, request.pool_source};
  if (request.run != nullptr && request.run->pool != nullptr) return {request.run->pool, "Run Pool override"};
  return {plan.resource->pool, "Job resource"};
}

/// The job that is to be copied, as its resource says.
struct Previous {
  const config::Job* resource = nullptr;
  catalog::JobRow row;
};

/// Client and FileSet are those of the job copied, where the copy job has none.
void take_over(JobPlan& plan, catalog::JobRow& row, const Previous& previous) {
  if (plan.client == nullptr) {
    plan.client = previous.resource->client;
    row.client = previous.row.client;
  }
  if (plan.fileset == nullptr) plan.fileset = previous.resource->file_set;
  if (plan.fileset != nullptr) plan.fileset_key = jobs::file_set_key(*plan.fileset);
  row.level = previous.resource->level == JobLevel::none ? JobLevel::incremental : previous.resource->level;
}

jobs::Chosen<config::Storage> read_storage(const CopyPlan& copy, const Previous& previous) {
  if (const auto* pool = copy.read_pool.resource; pool != nullptr && !pool->storages.empty())
    return {pool->storages.front(), "Pool resource"};
  const auto chosen = jobs::choose_storage(*previous.resource, previous.resource->pool, {});
  return {chosen.resource, "previous Job"};
}

void select_all(JobPlan& plan, CopyPlan& copy, catalog::Catalog& catalog) {
  jobs::RestoreSelection selection;
  selection.add_all(copy.source.id);
  auto selected = jobs::plan_restore(
      catalog.volumes(), selection,
      jobs::storage_by_resources(*plan.configuration, catalog.storages(), copy.read_storage.resource));
  copy.bootstrap = std::move(selected.bootstrap);
  // Pieces of one job may share the file at whose middle they meet.
  std::uint32_t last = 0;
  for (const auto& section : copy.bootstrap.sections)
    for (const auto& range : section.file_indexes) {
      copy.files += range.last - std::min(range.last, std::max(range.first - 1, last));
      last = std::max(last, range.last);
    }
}

catalog::JobRow make_result(const JobPlan& plan, const CopyPlan& copy, const catalog::JobRow& row,
                            catalog::Catalog& catalog, SetupSurroundings& surroundings) {
  catalog::JobRow result;
  result.job = surroundings.names.make(copy.source.name);
  result.name = copy.source.name;
  result.type = JobType::backup;
  result.level = copy.source.level;
  result.scheduled = row.scheduled;
  result.client = copy.source.client;
  result.fileset = copy.source.fileset;
  result.pool = row.pool;
  result.prior = copy.source.id;
  result.comment = plan.request.comment;
  result.id = catalog.jobs().create(result);
  return result;
}

std::string same_storage(const JobPlan& plan, const CopyPlan& copy, JobType type) {
  const config::Storage* read = copy.read_storage.resource;
  if (read != plan.storage.resource || read->is_autochanger) return {};
  return fmt::format("JobId {} cannot {} using the same read and write storage.\n", copy.source.id.value,
                     jobs::copy_words(type).action);
}

}  // namespace

void prepare_virtual_full(JobPlan& plan, catalog::JobRow& row, catalog::Catalog& catalog) {
  CopyPlan copy;
  copy.read_storage = plan.storage;
  turn_to_next_pool(plan, copy, row, catalog);
  if (copy.failure.empty() && copy.read_storage.resource == nullptr)
    copy.failure = "No Storage specification found in Job or Pool.\n";
  if (copy.failure.empty() && copy.is_between_daemons(*plan.storage.resource))
    copy.failure = fmt::format(
        "A virtual Full is read and written by one Storage daemon, but \"{}\" and \"{}\" are two of them. "
        "Give the "
        "next pool a storage of the first one, and copy the result.\n",
        copy.read_storage.resource->name, plan.storage.resource->name);
  plan.copy.emplace(std::move(copy));
}

void prepare_copy(JobPlan& plan, catalog::JobRow& row, catalog::Catalog& catalog, JobLog& log,
                  SetupSurroundings& surroundings) {
  plan.pool = read_pool(plan);
  if (plan.pool.resource != nullptr) row.pool = pool_id(catalog, *plan.pool.resource);
  if (plan.request.job_ids.empty()) return;
  CopyPlan& copy = plan.copy.emplace();
  const JobId id = plan.request.job_ids.front();
  const auto source = catalog.jobs().find(id);
  if (!source) {
    copy.failure = fmt::format("JobId {} is not present in the catalog\n", id.value);
    return;
  }
  copy.source = *source;
  log.add(MessageType::info, fmt::format("{} using JobId={} Job={}\n", jobs::copy_words(row.type).operation,
                                         id.value, source->job));
  const Previous previous{plan.configuration->find_job(source->name), *source};
  if (previous.resource == nullptr) {
    copy.failure = fmt::format("Previous Job resource not found for \"{}\".\n", source->name);
    return;
  }
  take_over(plan, row, previous);
  turn_to_next_pool(plan, copy, row, catalog);
  if (!copy.failure.empty()) return;
  copy.read_storage = read_storage(copy, previous);
  if (copy.read_storage.resource == nullptr)
    copy.failure = fmt::format("No Storage specification found in Job \"{}\" or its Pool.\n", source->name);
  else
    copy.failure = same_storage(plan, copy, row.type);
  if (!copy.failure.empty()) return;
  select_all(plan, copy, catalog);
  if (copy.bootstrap.sections.empty()) return;
  copy.file = std::make_unique<BootstrapFile>(*plan.configuration, copy.bootstrap);
  log.add(MessageType::info, fmt::format("Bootstrap records written to {}\n", copy.file->path()));
  copy.result = make_result(plan, copy, row, catalog, surroundings);
}

}  // namespace holdfast::director
