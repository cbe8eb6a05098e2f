// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/restore_selection.h"

#include <algorithm>
#include <set>

namespace holdfast::jobs {

using catalog::JobFilter;
using catalog::JobRow;
using catalog::PieceRow;
using IndexRange = format::Range<std::uint32_t>;

void RestoreSelection::add(JobId job, std::uint32_t file_index) {
  if (file_index == 0) return;
  const auto [place, is_new] = jobs_.try_emplace(job);
  if (is_new) order_.push_back(job);
  auto& ranges = place->second.ranges;
  auto next = ranges.upper_bound(file_index);
  if (next != ranges.begin()) {
    const auto before = std::prev(next);
    if (file_index <= before->second) return;
    if (before->second + 1 == file_index) {
      before->second = file_index;
      if (next != ranges.end() && next->first == file_index + 1) {
        before->second = next->second;
        ranges.erase(next);
      }
      return;
    }
  }
  if (next != ranges.end() && next->first == file_index + 1) {
    const std::uint32_t last = next->second;
    next = ranges.erase(next);
    ranges.emplace_hint(next, file_index, last);
  } else {
    ranges.emplace_hint(next, file_index, file_index);
  }
}

void RestoreSelection::add_all(JobId job) {
  const auto [place, is_new] = jobs_.try_emplace(job);
  if (is_new) order_.push_back(job);
  place->second.ranges = {{1, format::last_file_index}};
}

void RestoreSelection::order_by(const std::vector<JobId>& order) {
  const auto place = [&](JobId job) {
    const auto found = std::find(order.begin(), order.end(), job);
    return found == order.end() ? 0 : 1 + (found - order.begin());
  };
  std::stable_sort(order_.begin(), order_.end(), [&](JobId a, JobId b) { return place(a) < place(b); });
}

std::uint64_t RestoreSelection::files() const {
  std::uint64_t count = 0;
  for (const auto& [job, selected] : jobs_)
    for (const auto& [first, last] : selected.ranges)
      if (last != format::last_file_index) count += std::uint64_t{last} - first + 1;
  return count;
}

std::vector<IndexRange> RestoreSelection::ranges(JobId job) const {
  std::vector<IndexRange> found;
  if (const auto place = jobs_.find(job); place != jobs_.end())
    for (const auto& [first, last] : place->second.ranges) found.push_back({first, last});
  return found;
}

namespace {

std::vector<IndexRange> clipped(const std::vector<IndexRange>& ranges, std::uint32_t first,
                                std::uint32_t last) {
  std::vector<IndexRange> found;
  for (const IndexRange& range : ranges) {
    const IndexRange part{std::max(range.first, first), std::min(range.last, last)};
    if (part.first <= part.last) found.push_back(part);
  }
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
