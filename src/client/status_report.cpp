// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/status_report.h"

#include <algorithm>

#include "base/job_words.h"
#include "base/local_time.h"
#include "base/product.h"
#include "base/text.h"
#include "wire/handshake.h"
#include "wire/job_messages.h"

namespace holdfast::client {

namespace {

/// Of the table of terminated jobs, where verify levels drop their first word.
std::string_view column_level(JobLevel level) {
  constexpr std::string_view verify = "Verify ";
  std::string_view text = level_text(level, " ");
  if (text.starts_with(verify)) text.remove_prefix(verify.size());
  return text.substr(0, 4);
}

std::string terminated_line(const TerminatedJob& job) {
  return fmt::format("{:6}  {:<6} {:>8} {:>10}  {:<7}  {:<8} {}\n", job.id.value, column_level(job.level),
                     with_thousands(job.files), with_unit(job.bytes), terminated_text(job.status),
                     short_time(job.ended), job_name_of(job.name));
}

void append_job(std::vector<std::string>& lines, const JobRecord& record, Time now) {
  const auto identity = record.identity.read([](const JobRecord::Identity& found) { return found; });
  const auto progress = record.progress.read([](const auto& ask) { return ask ? ask() : JobProgress{}; });
  const auto elapsed = std::max<std::int64_t>(unix_seconds(now) - unix_seconds(identity.started), 1);
  const auto rate = progress.bytes / static_cast<std::uint64_t>(elapsed);
  lines.push_back(fmt::format("JobId {} Job {} is running.\n", identity.id.value, identity.name));
  lines.push_back(fmt::format("    {} {} Job started: {}\n", level_text(identity.level, " "),
                              type_text(identity.type), short_time(identity.started)));
  lines.push_back(fmt::format("    Files={} Bytes={} Bytes/sec={} Errors={}\n    Bwlimit={}\n",
                              with_thousands(progress.files), with_thousands(progress.bytes),
                              with_thousands(rate), record.errors.load(), record.bandwidth.load()));
  lines.push_back(fmt::format("    Files Examined={}\n", with_thousands(progress.examined)));
  if (!progress.current.empty()) lines.push_back(fmt::format("    Processing file: {}\n", progress.current));
  lines.push_back(record.has_storage ? "    SDReadSeqNo=0 fd=0\n" : "    SDSocket closed.\n");
}

bool has_job(const JobRecord& record) {
  return record.identity.read([](const JobRecord::Identity& identity) { return bool(identity.id); });
}

std::size_t running_jobs(const JobRegistry& jobs) {
  const auto running = jobs.running();
  return static_cast<std::size_t>(
      std::count_if(running.begin(), running.end(), [](const auto& record) { return has_job(*record); }));
}

void append(std::vector<std::string>& to, std::vector<std::string> more) {
  std::move(more.begin(), more.end(), std::back_inserter(to));
}

}  // namespace

std::vector<std::string> header_part(const StatusFacts& facts, const JobRegistry& jobs) {
  std::vector<std::string> lines{
      fmt::format("{} Version: {} ({}) {}\n", facts.name, wire::announced_version, wire::announced_date,
                  facts.system),
      fmt::format("Daemon started {}. Jobs: run={} running={}, {} binary\n", short_time(facts.started),
                  jobs.jobs_run(), running_jobs(jobs), product),
      fmt::format(" Sizeof: boffset_t=8 size_t=8 debug={} trace={} bwlimit={}kB/s\n", facts.debug_level,
                  facts.trace, facts.bandwidth / 1024),
  };
  if (!facts.secure_erase_command.empty())
    lines.push_back(fmt::format(" secure erase command='{}'\n", facts.secure_erase_command));
  if (!facts.plugins.empty()) lines.push_back("Plugin Info:\n");
  for (const auto& plugin : facts.plugins) lines.push_back(fmt::format(" {}\n", plugin));
  if (facts.has_warnings)
    lines.push_back(
        "\nThere are WARNINGS for this filedaemon's configuration!\n"
        "See output of 'bareos-fd -t' for details.\n");
  return lines;
}

std::vector<std::string> running_part(const StatusFacts& facts, const JobRegistry& jobs) {
  std::vector<std::string> lines;
  bool any = false;
  for (const auto& record : jobs.running()) {
    if (has_job(*record)) {
      append_job(lines, *record, facts.now);
      any = true;
    } else {
      lines.push_back(
          fmt::format("{} (director) connected at: {}\n", record->director, short_time(record->connected)));
    }
  }
  if (!any) lines.push_back("No Jobs running.\n");
  return lines;
}

std::vector<std::string> terminated_part(const JobRegistry& jobs) {
  std::vector<std::string> lines;
  for (const TerminatedJob& job : jobs.last_jobs()) lines.push_back(terminated_line(job));
  return lines;
}

std::vector<std::string> status_report(const StatusFacts& facts, const JobRegistry& jobs) {
  std::vector<std::string> lines{"\n"};
  append(lines, header_part(facts, jobs));
  lines.push_back("\nRunning Jobs:\n");
  append(lines, running_part(facts, jobs));
  lines.push_back("====\n");
  lines.push_back("\nTerminated Jobs:\n");
  const auto terminated = terminated_part(jobs);
  if (!terminated.empty()) {
    lines.push_back(" JobId  Level    Files      Bytes   Status   Finished        Name \n");
    lines.push_back(std::string(70, '=') + "\n");
    append(lines, terminated);
  }
  lines.push_back("====\n");
  return lines;
}

std::vector<std::string> current_jobs(const JobRegistry& jobs) {
  std::vector<std::string> lines;
  for (const auto& record : jobs.running()) {
    const JobId id = record->identity.read([](const JobRecord::Identity& identity) { return identity.id; });
    if (id) lines.push_back(wire::encode(wire::JobStatusLine{id, record->status, record->errors}));
  }
  return lines;
}

std::vector<std::string> last_job(const JobRegistry& jobs) {
  const auto terminated = jobs.last_jobs();
  if (terminated.empty()) return {};
  const TerminatedJob& job = terminated.back();
  return {wire::encode(wire::JobStatusLine{job.id, job.status, job.errors})};
}

}  // namespace holdfast::client
