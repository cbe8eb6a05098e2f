// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/volume_limits.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace holdfast::jobs {
namespace {

/// One of the limits after which a volume takes no more jobs.
struct Limit {
  std::uint64_t value;
  std::uint64_t limit;
  std::string_view name;
  std::string_view unit;
  std::string_view becomes;
};

}  // namespace

bool expire(catalog::VolumeRow& row, catalog::Moment now, const Tell& tell) {
  if (row.status != "Append" || row.jobs == 0) return false;
  const std::int64_t age = row.first_written == catalog::Moment{}
                               ? 0
                               : std::max<std::int64_t>((now - row.first_written).count(), 0);
  const Limit limits[] = {
      {row.bytes, row.max_bytes, "Max Volume bytes", "", "Full"},
      {row.jobs, row.max_jobs, "Max Volume jobs", "", "Used"},
      {row.files, row.max_files, "Max Volume files", "", "Used"},
      {static_cast<std::uint64_t>(age), static_cast<std::uint64_t>(row.use_duration),
       "Max configured use duration", " sec.", "Used"},
  };
  for (const Limit& limit : limits) {
    if (limit.limit == 0 || limit.value < limit.limit) continue;
    tell(MessageType::info, fmt::format("{}={}{} exceeded. Marking Volume \"{}\" as {}.\n", limit.name,
                                        with_thousands(limit.limit), limit.unit, row.name, limit.becomes));
    row.status = limit.becomes;
    return true;
  }
  return false;
}

}  // namespace holdfast::jobs
