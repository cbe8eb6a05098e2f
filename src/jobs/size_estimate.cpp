// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/size_estimate.h"

namespace holdfast::jobs {
namespace {

constexpr std::size_t most_counted = 10;

/// A mean over the jobs added so far.
struct Sum {
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;
  std::int64_t seconds = 0;
  std::size_t jobs = 0;

  void add(const catalog::JobRow& row) {
    if (jobs == most_counted) return;
    ++jobs;
    bytes += row.bytes;
    files += row.files;
    seconds += std::max<std::int64_t>(0, (row.ended - row.started).count());
  }
  SizeEstimate mean() const {
    return {true, bytes / jobs, static_cast<std::uint32_t>(files / jobs),
            std::chrono::seconds(seconds / static_cast<std::int64_t>(jobs))};
  }
};

}  // namespace

History::History(catalog::Catalog& catalog) {
  catalog::JobFilter good;
  good.statuses = {JobStatus::terminated, JobStatus::warnings};
  good.order = catalog::JobFilter::Order::newest_start_first;
  std::map<std::pair<std::string, JobLevel>, Sum> sums;
  for (const auto& row : catalog.jobs().list(good)) sums[{row.name, row.level}].add(row);
  for (const auto& [key, sum] : sums) estimates_[key] = sum.mean();
  catalog.queries().query("SELECT FileSet, MAX(FileSetId) FROM FileSet GROUP BY FileSet", {},
                          [&](const catalog::ResultRow& row) {
                            file_sets_[std::string(row.text(0))] =
                                FileSetId(static_cast<decltype(FileSetId::value)>(row.number(1)));
                            return true;
                          });
}

SizeEstimate History::of(const std::string& job, JobLevel level) const {
  const auto found = estimates_.find({job, level});
  return found == estimates_.end() ? SizeEstimate() : found->second;
}

FileSetId History::file_set(const config::Job& job) const {
  if (job.file_set == nullptr) return {};
  const auto found = file_sets_.find(job.file_set->name);
  return found == file_sets_.end() ? FileSetId() : found->second;
}

}  // namespace holdfast::jobs
