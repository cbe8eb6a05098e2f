// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast/job_output.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "apps/common/command_line.h"
#include "apps/holdfast/amounts.h"
#include "apps/holdfast/commands.h"
#include "base/text.h"
#include "os/terminal.h"

namespace holdfast::apps {
namespace {

using nlohmann::ordered_json;
using std::chrono::steady_clock;

constexpr std::chrono::milliseconds look_every{250};
constexpr std::size_t bar_width = 24;

constexpr std::string_view green = "\x1b[32m";
constexpr std::string_view yellow = "\x1b[33m";
constexpr std::string_view red = "\x1b[31m";

bool has_colours() {
  static const bool yes = os::is_terminal(os::StandardStream::output) && std::getenv("NO_COLOR") == nullptr;
  return yes;
}

/// The status in words; its colour never is the only sign.
std::string coloured_status(char status, std::size_t width) {
  std::string words = fmt::format("{:<{}}", console::status_words(status), width);
  if (!has_colours()) return words;
  const bool good = status == 'T';
  const bool bad = std::string_view("EefA").find(status) != std::string_view::npos;
  return fmt::format("{}{}\x1b[0m", good ? green : bad ? red : yellow, words);
}

std::string time_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(seconds);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole % 3600 / 60, whole % 60);
}

ordered_json fields_of(const console::JobRecord& job) {
  return {{"jobid", job.id.value},
          {"job", job.unique_name},
          {"name", job.name},
          {"client", job.client},
          {"fileset", job.file_set},
          {"type", std::string(1, job.type)},
          {"level", std::string(trim(std::string(1, job.level)))},
          {"status", std::string(1, job.status)},
          {"status_text", console::status_words(job.status)},
          {"files", job.files},
          {"bytes", job.bytes},
          {"errors", job.errors},
          {"started", job.started},
          {"ended", job.ended},
          {"duration", job.duration}};
}

ordered_json fields_of(const console::RunningJob& job) {
  return {{"jobid", job.id.value},
          {"job", job.unique_name},
          {"type", job.type},
          {"level", job.level},
          {"status_text", job.status},
          {"files", job.files},
          {"bytes", job.bytes},
          {"files_expected", job.files_expected},
          {"bytes_expected", job.bytes_expected}};
}

std::string dump(const ordered_json& json) {
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

JobProgress::JobProgress() : on_terminal_(os::is_terminal(os::StandardStream::output)) {}

std::string JobProgress::text(const console::RunningJob& job) const {
  const std::chrono::duration<double> passed = steady_clock::now() - began_;
  const double rate = passed.count() > 0.5 ? static_cast<double>(job.bytes) / passed.count() : 0;
  std::string text = fmt::format("JobId {} {}: ", job.id.value, job.status);
  double done = 0;
  if (job.bytes_expected > 0)
    done = static_cast<double>(job.bytes) / static_cast<double>(job.bytes_expected);
  else if (job.files_expected > 0)
    done = static_cast<double>(job.files) / static_cast<double>(job.files_expected);
  if (done > 0) {
    const auto filled = static_cast<std::size_t>(std::min(done, 1.0) * bar_width);
    text += fmt::format("[{}{}] ", std::string(filled, '#'), std::string(bar_width - filled, '.'));
  }
  text += fmt::format("{} files, {}, {}/s", with_thousands(job.files), amount_of_bytes(job.bytes),
                      amount_of_bytes(static_cast<std::uint64_t>(rate)));
  if (done > 0.01 && done < 1)
    text += fmt::format(", {} left", time_text(passed.count() * (1 - done) / done));
  return text;
}

void JobProgress::show(const console::RunningJob& job) {
  if (!on_terminal_) return;
  fmt::print("\r\x1b[K{}", text(job).substr(0, os::terminal_width() - 1));
  std::fflush(stdout);
  shown_ = true;
}

void JobProgress::clear() {
  if (shown_) fmt::print("\r\x1b[K");
  shown_ = false;
}

std::string job_as_json(const console::JobRecord& job) { return dump(fields_of(job)); }

std::string jobs_as_json(const std::vector<console::JobRecord>& jobs,
                         const std::vector<console::RunningJob>& running) {
  ordered_json all = {{"running", ordered_json::array()}, {"jobs", ordered_json::array()}};
  for (const auto& job : running) all["running"].push_back(fields_of(job));
  for (const auto& job : jobs) all["jobs"].push_back(fields_of(job));
  return dump(all);
}

void print_jobs(const std::vector<console::JobRecord>& jobs) {
  if (jobs.empty()) return fmt::print("No jobs.\n");
  std::size_t name_width = 4;
  std::size_t client_width = 6;
  for (const auto& job : jobs) {
    name_width = std::max(name_width, job.name.size());
    client_width = std::max(client_width, job.client.size());
  }
  fmt::print("{:>6}  {:<{}}  {:<{}}  L  {:<19}  {:>9}  {:>11}  {:>10}  Status\n", "JobId", "Name", name_width,
             "Client", client_width, "Started", "Duration", "Files", "Size");
  for (const auto& job : jobs)
    fmt::print("{:>6}  {:<{}}  {:<{}}  {}  {:<19}  {:>9}  {:>11}  {:>10}  {}\n", job.id.value,
               printable(job.name), name_width, printable(job.client), client_width, job.level, job.started,
               job.duration, with_thousands(job.files), amount_of_bytes(job.bytes),
               coloured_status(job.status, 0));
}

void print_running(const std::vector<console::RunningJob>& jobs) {
  if (jobs.empty()) return fmt::print("No jobs running.\n");
  for (const auto& job : jobs)
    fmt::print("{:>6}  {}  {} {}, {} files, {}\n", job.id.value, printable(job.unique_name), job.level,
               job.status, with_thousands(job.files), amount_of_bytes(job.bytes));
}

void print_job(const console::JobRecord& job) {
  fmt::print("JobId {}  {}\n", job.id.value, printable(job.unique_name.empty() ? job.name : job.unique_name));
  fmt::print("  Status    {}\n", coloured_status(job.status, 0));
  fmt::print("  Client    {}\n", printable(job.client));
  fmt::print("  Files     {}\n", with_thousands(job.files));
  fmt::print("  Bytes     {} ({})\n", with_thousands(job.bytes), amount_of_bytes(job.bytes));
  if (job.errors > 0) fmt::print("  Errors    {}\n", with_thousands(job.errors));
  fmt::print("  Started   {}\n", job.started);
  if (job.has_ended()) fmt::print("  Duration  {}\n", job.duration);
}

int exit_code_of(const console::JobRecord& job) {
  if (job.status == 'T') return exit_success;
  return job.status == 'W' ? exit_job_warnings : exit_job_failed;
}

int follow_and_tell(console::ApiSession& session, JobId id, bool json) {
  if (!json) {
    fmt::print("Job queued. JobId={}\n", id.value);
    std::fflush(stdout);
  }
  JobProgress progress;
  const auto job = console::follow_job(session, id, look_every,
                                       [&](const console::RunningJob& running) {
                                         if (!json) progress.show(running);
                                       },
                                       {});
  progress.clear();
  if (json) {
    fmt::print("{}", job_as_json(job));
  } else {
    print_job(job);
    if (!job.is_good()) {
      fmt::print("\n");
      for (const auto& line : console::job_log(session, id)) fmt::print("{}", line);
    }
  }
  return exit_code_of(job);
}

}  // namespace holdfast::apps
