// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/sql_schedules.h"

namespace holdfast::catalog {
namespace {

// A row without a job is always there: so a Director that had no schedules can be told from one that kept none.
constexpr std::string_view no_job;
constexpr std::span<const SqlValue> no_values;

/// What `kept` says about them; those it does not know are there since `now`.
ScheduledSince since(const ScheduledTimes& times, const ScheduledSince& kept, Moment now) {
  ScheduledSince found;
  for (const auto& [job, runs] : times) {
    const auto before = kept.find(job);
    for (const std::string& run : runs) {
      const bool is_known = before != kept.end() && before->second.contains(run);
      found[job][run] = is_known ? before->second.at(run) : now;
    }
  }
  return found;
}

}  // namespace

std::optional<ScheduledSince> SqlSchedules::kept() {
  ScheduledSince found;
  bool has_rows = false;
  session_.each("SELECT Job, Times, Since FROM HoldfastSchedule", no_values, [&](const ResultRow& row) {
    has_rows = true;
    if (row.text(0) != no_job)
      found[std::string(row.text(0))][std::string(row.text(1))] = Moment(std::chrono::seconds(row.number(2)));
    return true;
  });
  if (!has_rows) return std::nullopt;
  return found;
}

void SqlSchedules::put(std::string_view job, std::string_view times, Moment since) {
  session_.run("INSERT INTO HoldfastSchedule (Job, Times, Since) VALUES (?1, ?2, ?3)",
               {job, times, std::int64_t{since.time_since_epoch().count()}});
}

ScheduledSince SqlSchedules::keep(const ScheduledTimes& times, Moment now) {
  const auto before = kept();
  const ScheduledSince known = before ? since(times, *before, now) : since(times, ScheduledSince{}, Moment{});
  if (known == before) return known;
  session_.transaction([&] {
    session_.run("DELETE FROM HoldfastSchedule", no_values);
    put(no_job, "", Moment{});
    for (const auto& [job, runs] : known)
      for (const auto& [run, moment] : runs) put(job, run, moment);
  });
  return known;
}

}  // namespace holdfast::catalog
