// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/late_end.h"

#include <algorithm>

#include "director/copy.h"
#include "jobs/texts.h"

namespace holdfast::director {
namespace {

// It may have been written, and only the answer was lost.
void write_row(LateEnd& end, catalog::Catalog& catalog) {
  const auto present = catalog.jobs().find(end.row->job);
  if (present && !jobs::is_final(present->status)) {
    end.row->id = present->id;
    catalog.jobs().finish(*end.row);
  }
  abandon_result(end.plan, *end.row, catalog);
  end.row.reset();
}

}  // namespace

bool write_late(LateEnd& end) {
  try {
    const auto catalog = end.plan.open_catalog_at_once();
    if (end.row) write_row(end, *catalog);
    for (; !end.log.empty(); end.log.erase(end.log.begin())) catalog->log().add(end.log.front());
  } catch (const std::exception&) {
    return false;
  }
  return true;
}

void fail_row(catalog::JobRow& row, JobStatus status, std::uint64_t errors, Moment now) {
  row.status = status;
  if (row.started == Moment{}) row.started = now;
  row.ended = row.really_ended = std::max(now, row.started);
  row.job_tdate = row.ended.time_since_epoch().count();
  row.errors = static_cast<std::uint32_t>(errors);
}

}  // namespace holdfast::director
