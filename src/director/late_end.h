// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "director/active_job.h"

namespace holdfast::director {

/// What the catalog could not take of the end of a job when it came, because its server was away or its disk full. Where it
/// is not written before the Director ends, its next start fails the job.
struct LateEnd {
  JobPlan plan;
  std::optional<catalog::JobRow> row;  ///< known by its unique name; none: it was written in time
  std::vector<catalog::LogRow> log;
};

/// Writes what lacks. False: the catalog cannot take all of it yet; to be tried again.
bool write_late(LateEnd& end);

/// Makes `row` say that the job has failed before its end could be written.
void fail_row(catalog::JobRow& row, JobStatus status, std::uint64_t errors, Moment now);

}  // namespace holdfast::director
