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
  std::map<std::string, Sum> by_name;
  for (const auto& row : catalog.jobs().list(good)) {
    sums[{row.name, row.level}].add(row);
    if (row.bytes > 0 && row.ended > row.started) by_name[row.name].add(row);
  }
  for (const auto& [key, sum] : sums) estimates_[key] = sum.mean();
  for (const auto& [name, sum] : by_name)
    bytes_per_second_[name] = static_cast<double>(sum.bytes) / static_cast<double>(sum.seconds);
}

SizeEstimate History::of(const std::string& job, JobLevel level) const {
  const auto found = estimates_.find({job, level});
  return found == estimates_.end() ? SizeEstimate() : found->second;
}

std::chrono::seconds History::duration(const std::string& job, std::uint64_t bytes) const {
  const auto found = bytes_per_second_.find(job);
  if (found == bytes_per_second_.end()) return std::chrono::seconds(0);
  return std::chrono::seconds(static_cast<std::int64_t>(static_cast<double>(bytes) / found->second));
}

}  // namespace holdfast::jobs
