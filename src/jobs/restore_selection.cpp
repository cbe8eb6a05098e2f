// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/restore_selection.h"

#include <algorithm>
#include <set>
#include <utility>

namespace holdfast::jobs {

using catalog::JobFilter;
using catalog::JobRow;
using catalog::PieceRow;
using IndexRange = format::Range<std::uint32_t>;

RestoreSelection::Selected& RestoreSelection::selected(JobId job) {
  const auto [place, is_new] = jobs_.try_emplace(job);
  if (is_new) order_.push_back(job);
  return place->second;
}

void RestoreSelection::add(JobId job, std::uint32_t file_index) {
  if (file_index == 0) return;
  Selected& of_job = selected(job);
  if (!of_job.is_whole) of_job.blocks[file_index / indexes_of_a_block].set(file_index % indexes_of_a_block);
}

void RestoreSelection::add(const catalog::FileRow& file) {
  add(file.job, file.file_index);
  for (const catalog::FilePart& part : file.parts) add(part.job, part.file_index);
  if (std::cmp_less(file.parts.size(), file.delta)) ++files_lacking_parts_;
}

void RestoreSelection::add(const RestoreSelection& other) {
  files_lacking_parts_ += other.files_lacking_parts_;
  for (const JobId job : other.order_) {
    const Selected& added = other.jobs_.at(job);
    if (added.is_whole) {
      add_all(job);
      continue;
    }
    Selected& of_job = selected(job);
    if (of_job.is_whole) continue;
    for (const auto& [number, block] : added.blocks) of_job.blocks[number] |= block;
  }
}

void RestoreSelection::add_all(JobId job) { selected(job) = {.is_whole = true, .blocks = {}}; }

void RestoreSelection::order_by(const std::vector<JobId>& order) {
  const auto place = [&](JobId job) {
    const auto found = std::find(order.begin(), order.end(), job);
    return found == order.end() ? 0 : 1 + (found - order.begin());
  };
  std::stable_sort(order_.begin(), order_.end(), [&](JobId a, JobId b) { return place(a) < place(b); });
}

std::uint64_t RestoreSelection::files() const {
  std::uint64_t count = 0;
  for (const auto& [job, of_job] : jobs_)
    for (const auto& [number, block] : of_job.blocks) count += block.count();
  return count;
}

std::vector<IndexRange> RestoreSelection::ranges(JobId job) const {
  const auto place = jobs_.find(job);
  if (place == jobs_.end()) return {};
  if (place->second.is_whole) return {{1, format::last_file_index}};
  std::vector<IndexRange> found;
  for (const auto& [number, block] : place->second.blocks)
    for (std::uint32_t bit = 0; bit < indexes_of_a_block; ++bit) {
      if (!block.test(bit)) continue;
      const std::uint32_t index = number * indexes_of_a_block + bit;
      if (!found.empty() && found.back().last + 1 == index)
        found.back().last = index;
      else
        found.push_back({index, index});
    }
  return found;
}

namespace {

std::vector<IndexRange> clipped(const std::vector<IndexRange>& ranges, std::uint32_t first,
                                std::uint32_t last) {
  std::vector<IndexRange> found;
  auto at = std::lower_bound(ranges.begin(), ranges.end(), first,
                             [](const IndexRange& range, std::uint32_t index) { return range.last < index; });
  for (; at != ranges.end() && at->first <= last; ++at)
    found.push_back({std::max(at->first, first), std::min(at->last, last)});
  return found;
}

format::BootstrapSection section_of(const PieceRow& row, const RestoreStorage& storage,
                                    std::vector<IndexRange> indexes) {
  format::BootstrapSection section;
  if (!storage.name.empty()) section.storage = storage.name;
  section.volumes.push_back({row.volume_name, row.media_type, storage.device, row.in_changer ? row.slot : 0});
  section.session_ids.push_back({row.session.id, row.session.id});
  section.session_times.push_back(row.session.time);
  section.addresses.push_back({row.piece.start_address(), row.piece.end_address()});
  std::uint32_t count = 0;
  for (const IndexRange& range : indexes) count += range.last - range.first + 1;
  section.count = count;
  section.file_indexes = std::move(indexes);
  return section;
}

}  // namespace

RestorePlan plan_restore(catalog::VolumeCatalog& volumes, const RestoreSelection& selection,
                         const FindStorage& find_storage) {
  RestorePlan plan;
  plan.files = selection.files();
  std::set<std::string, std::less<>> named;
  for (const JobId job : selection.jobs()) {
    const auto ranges = selection.ranges(job);
    bool has_piece = false;
    for (const PieceRow& row : volumes.pieces(job)) {
      auto indexes = clipped(ranges, row.piece.first_index, row.piece.last_index);
      if (indexes.empty()) continue;
      has_piece = true;
      const RestoreStorage storage = find_storage(row);
      plan.bootstrap.sections.push_back(section_of(row, storage, std::move(indexes)));
      if (named.insert(row.volume_name).second)
        plan.volumes.push_back({row.volume_name, storage.name, storage.device, row.in_changer});
    }
    if (!has_piece) plan.jobs_without_pieces.push_back(job);
  }
  return plan;
}

FindStorage storage_by_resources(const config::DirectorConfiguration& configuration,
                                 catalog::StorageCatalog& storages, const config::Storage* preferred) {
  return [&configuration, &storages, preferred](const PieceRow& row) -> RestoreStorage {
    const auto described = [](const config::Storage& storage) {
      return RestoreStorage{storage.name, storage.devices.empty() ? "" : storage.devices.front()};
    };
    if (preferred != nullptr && preferred->media_type == row.media_type) return described(*preferred);
    if (row.storage) {
      const auto known = storages.find_storage(row.storage);
      const config::Storage* storage = known ? configuration.find_storage(known->name) : nullptr;
      if (storage != nullptr && storage->media_type == row.media_type) return described(*storage);
    }
    for (const config::Storage& storage : configuration.storages)
      if (storage.media_type == row.media_type) return described(storage);
    return {};
  };
}

std::vector<JobRow> current_jobs(catalog::JobCatalog& jobs, const CurrentJobsQuery& query) {
  JobFilter filter;
  filter.client = query.client;
  filter.fileset_name = query.fileset;
  filter.types = {query.type};
  filter.statuses = {JobStatus::terminated, JobStatus::warnings};
  filter.started_before = query.before;
  filter.pool = query.pool;
  filter.order = JobFilter::Order::by_tdate;

  std::vector<JobRow> found;
  // JobTDate is a full second: of two jobs that ended in the same one the JobId tells which is later.
  const auto behind_found = [&](JobLevel level) {
    filter.levels = {level};
    if (!found.empty()) filter.tdate_after = found.back().job_tdate - 1;
    auto rows = jobs.list(filter);
    std::erase_if(rows, [&](const JobRow& row) {
      return !found.empty() &&
             std::pair(row.job_tdate, row.id) <= std::pair(found.back().job_tdate, found.back().id);
    });
    return rows;
  };
  const auto take_newest = [&](JobLevel level) {
    auto rows = behind_found(level);
    if (!rows.empty()) found.push_back(std::move(rows.back()));
  };
  take_newest(JobLevel::full);
  if (found.empty()) return found;
  take_newest(JobLevel::differential);
  auto increments = behind_found(JobLevel::incremental);
  std::move(increments.begin(), increments.end(), std::back_inserter(found));
  return found;
}

}  // namespace holdfast::jobs
