// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/write_bootstrap.h"

#include <fstream>

#include "base/job_words.h"
#include "director/job_codes.h"
#include "jobs/texts.h"

namespace holdfast::director {

void write_bootstrap(ActiveJob& job, catalog::Catalog& catalog) {
  const std::string& configured = job.plan.resource->write_bootstrap;
  if (configured.empty() || !jobs::is_good(job.row.status) || job.row.bytes == 0) return;
  const std::string path = expand_job_codes(configured, job);
  if (path.starts_with('|')) {
    job.log->add(MessageType::warning,
                 "WriteBootstrap to a command is not supported yet; nothing was written.\n");
    return;
  }
  std::ofstream out(path, job.level == JobLevel::full ? std::ios::trunc : std::ios::app);
  out << fmt::format("# {} - {} - {}{}\n", jobs::report_time(job.row.ended), job.name,
                     level_keyword(job.level, "None"), job.plan.since_text);
  for (const auto& row : catalog.volumes().pieces(job.id)) {
    out << fmt::format("Volume=\"{}\"\nMediaType=\"{}\"\n", row.volume_name, row.media_type);
    if (row.slot > 0 && row.in_changer) out << fmt::format("Slot={}\n", row.slot);
    out << fmt::format("VolSessionId={}\nVolSessionTime={}\nVolAddr={}-{}\nFileIndex={}-{}\n", row.session.id,
                       row.session.time, row.piece.start_address(), row.piece.end_address(),
                       row.piece.first_index, row.piece.last_index);
  }
  out.flush();
  if (!out) job.log->add(MessageType::warning, fmt::format("Could not write bootstrap file {}.\n", path));
}

}  // namespace holdfast::director
