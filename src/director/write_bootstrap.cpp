// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/write_bootstrap.h"

#include <fstream>

#include "base/error.h"
#include "base/job_words.h"
#include "director/job_codes.h"
#include "jobs/texts.h"
#include "os/process.h"

namespace holdfast::director {
namespace {

/// A mail program that waits for a server must not keep the job for ever.
constexpr std::chrono::milliseconds longest_command = std::chrono::minutes(2);

std::string bootstrap_of(const ActiveJob& job, catalog::Catalog& catalog) {
  std::string text = fmt::format("# {} - {} - {}{}\n", jobs::report_time(job.row.ended), job.name,
                                 level_keyword(job.level, "None"), job.plan.since_text);
  for (const auto& row : catalog.volumes().pieces(job.id)) {
    text += fmt::format("Volume=\"{}\"\nMediaType=\"{}\"\n", row.volume_name, row.media_type);
    if (row.slot > 0 && row.in_changer) text += fmt::format("Slot={}\n", row.slot);
    text += fmt::format("VolSessionId={}\nVolSessionTime={}\nVolAddr={}-{}\nFileIndex={}-{}\n",
                        row.session.id, row.session.time, row.piece.start_address(), row.piece.end_address(),
                        row.piece.first_index, row.piece.last_index);
  }
  return text;
}

void write_to_command(ActiveJob& job, const std::string& command, const std::string& text) {
  os::ProcessTerms terms;
  terms.input = text;
  terms.limit = longest_command;
  const auto tell = [&](std::string_view line) {
    job.log->add(MessageType::info, fmt::format("WriteBootstrap: {}\n", line));
  };
  const auto end = os::run_process(os::split_command(command), tell, job.stop.get_token(), terms);
  if (end.succeeded()) return;
  throw Error(ErrorKind::io, "Could not write the bootstrap to the command \"{}\". ERR={}", command,
              end.text());
}

void write_to_file(const ActiveJob& job, const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | (job.level == JobLevel::full ? std::ios::trunc : std::ios::app));
  out << text;
  out.flush();
  if (!out) throw Error(ErrorKind::io, "Could not write bootstrap file {}.", path);
}

}  // namespace

void write_bootstrap(ActiveJob& job, catalog::Catalog& catalog) {
  const std::string& configured = job.plan.resource->write_bootstrap;
  if (configured.empty() || !jobs::is_good(job.row.status) || job.row.bytes == 0) return;
  const std::string goal = expand_job_codes(configured, job, CodesIn::names);
  try {
    const std::string text = bootstrap_of(job, catalog);
    if (goal.starts_with('|'))
      write_to_command(job, goal.substr(1), text);
    else
      write_to_file(job, goal, text);
  } catch (const Error& error) {
    job.log->add(MessageType::warning, error.message() + "\n");
  }
}

}  // namespace holdfast::director
