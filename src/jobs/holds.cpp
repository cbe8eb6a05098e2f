// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/holds.h"

#include <algorithm>
#include <tuple>

#include "base/job_words.h"

namespace holdfast::jobs {
namespace {

using catalog::BackupRow;
using Rows = std::vector<const BackupRow*>;
using Before = bool (*)(const BackupRow&, const BackupRow&);

bool by_time(const BackupRow& a, const BackupRow& b) {
  return std::tuple(a.job_tdate, a.job) < std::tuple(b.job_tdate, b.job);
}
bool by_id(const BackupRow& a, const BackupRow& b) { return a.job < b.job; }

/// The chain of one client and FileSet, under one notion of what is newer.
class Chain {
 public:
  Chain(std::span<const BackupRow> rows, const HoldRules& rules, Before before)
      : rules_(rules), before_(before) {
    for (const BackupRow& row : rows) rows_.push_back(&row);
    std::stable_sort(rows_.begin(), rows_.end(),
                     [&](const auto* a, const auto* b) { return before(*a, *b); });
  }

  void add_to(std::map<JobId, Hold>& holds) const {
    const BackupRow* full = newest_full();
    const BackupRow* differential = full != nullptr ? newest_differential(*full) : nullptr;
    const BackupRow* last = differential != nullptr ? differential : full;
    for (const BackupRow* row : rows_) {
      const bool is_behind = last == nullptr || before_(*last, *row);
      const bool is_in_chain = row == full || row == differential || (is_behind && is_needed(*row));
      if (is_in_chain && !may_be_lost(*row)) holds.try_emplace(row->job, hold(*row, full));
    }
  }

 private:
  bool may_be_lost(const BackupRow& row) const { return rules_.may_lose.contains(row.pool); }
  bool can_be_relied_on(const BackupRow& row) const { return row.is_readable && !may_be_lost(row); }

  const BackupRow* newest_full() const {
    for (auto at = rows_.rbegin(); at != rows_.rend(); ++at)
      if ((*at)->level == JobLevel::full && can_be_relied_on(**at)) return *at;
    return nullptr;
  }

  /// One behind a later Full, which cannot be read now, holds only what changed since that one: it does not count.
  const BackupRow* newest_differential(const BackupRow& full) const {
    const BackupRow* newest = nullptr;
    for (const BackupRow* row : rows_) {
      if (!before_(full, *row)) continue;
      if (row->level == JobLevel::full) break;
      if (row->level == JobLevel::differential && row->files > 0 && can_be_relied_on(*row)) newest = row;
    }
    return newest;
  }

  // An empty Differential tells restores that nothing before it is needed.
  static bool is_needed(const BackupRow& row) { return row.level != JobLevel::incremental || row.files > 0; }

  static Hold hold(const BackupRow& row, const BackupRow* full) {
    Hold made;
    made.job = row.job;
    made.reason = &row == full                         ? HoldReason::newest_full
                  : row.is_readable && full != nullptr ? HoldReason::needed_by_chain
                                                       : HoldReason::newer_unreadable;
    made.name = row.name;
    made.client = row.client_name;
    made.fileset = row.fileset_name;
    made.pool = row.pool;
    made.level = row.level;
    made.job_tdate = row.job_tdate;
    made.full = full != nullptr ? full->job : JobId();
    return made;
  }

  const HoldRules& rules_;
  Before before_;
  Rows rows_;
};

bool is_same_group(const BackupRow& a, const BackupRow& b) {
  return a.client == b.client && a.fileset_name == b.fileset_name;
}

}  // namespace

std::map<JobId, Hold> chain_holds(std::span<const BackupRow> backups, const HoldRules& rules) {
  std::map<JobId, Hold> holds;
  while (!backups.empty()) {
    const auto end = std::find_if(backups.begin(), backups.end(),
                                  [&](const BackupRow& row) { return !is_same_group(row, backups.front()); });
    const auto group = backups.first(static_cast<std::size_t>(end - backups.begin()));
    for (const Before before : {&by_time, &by_id}) Chain(group, rules, before).add_to(holds);
    backups = backups.subspan(group.size());
  }
  return holds;
}

Holds::Holds(catalog::RetentionCatalog& catalog, const HoldRules& rules, std::optional<ClientId> client) {
  const auto backups = catalog.backups(client);
  holds_ = chain_holds(backups, rules);
  for (const BackupRow& row : backups) {
    const auto held = holds_.find(row.job);
    if (!row.has_base || held == holds_.end()) continue;
    Hold base = held->second;
    base.reason = HoldReason::base_of_chain;
    base.level = JobLevel::base;
    for (const JobId job : catalog.base_jobs(std::span(&row.job, 1))) {
      base.job = job;
      holds_.try_emplace(job, base);
    }
  }
}

std::vector<const Hold*> Holds::among(std::span<const JobId> jobs) const {
  std::vector<const Hold*> found;
  for (const JobId job : jobs)
    if (const auto held = holds_.find(job); held != holds_.end()) found.push_back(&held->second);
  return found;
}

std::string reason_text(const Hold& hold) {
  const std::string of = fmt::format("client \"{}\", FileSet \"{}\"", hold.client, hold.fileset);
  switch (hold.reason) {
    case HoldReason::newest_full: return fmt::format("the newest restorable Full of {}", of);
    case HoldReason::needed_by_chain:
      return fmt::format("needed with Full JobId {} to restore {}", hold.full.value, of);
    case HoldReason::base_of_chain: return fmt::format("holds files of the newest chain of {}", of);
    case HoldReason::newer_unreadable:
      return fmt::format("newer than what can be restored now of {}, but it or its Full cannot be read", of);
  }
  return of;
}

}  // namespace holdfast::jobs
