// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast/quickstart_jobs.h"

#include <fmt/core.h>

#include <chrono>
#include <cstdio>

#include "apps/common/configuration.h"
#include "apps/holdfast/amounts.h"
#include "base/error.h"
#include "config/console_resources.h"
#include "console/login.h"

namespace holdfast::apps {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds patience{20};
constexpr std::chrono::milliseconds look_every{200};
constexpr std::size_t bar_width = 30;

std::unique_ptr<transport::Channel> log_in(const QuickstartHome& home) {
  const auto loaded = load_configuration<config::ConsoleConfiguration>(home.console_configuration().string());
  if (!loaded.is_good()) throw Error(ErrorKind::invalid, loaded.errors.front().render());
  return console::connect(console::choose_login(loaded.value, ""), patience, {}).channel;
}

/// One line that is written over: a bar where the whole is known, files, bytes and rate.
class ProgressLine {
 public:
  void show(std::uint64_t files, std::uint64_t bytes, std::uint64_t files_expected) {
    const std::chrono::duration<double> passed = steady_clock::now() - began_;
    const double rate = passed.count() > 0 ? static_cast<double>(bytes) / passed.count() : 0;
    fmt::print("\r  {}{} files, {}, {}/s   ", bar(files, files_expected), files, amount_of_bytes(bytes),
               amount_of_bytes(static_cast<std::uint64_t>(rate)));
    std::fflush(stdout);
  }

 private:
  static std::string bar(std::uint64_t files, std::uint64_t files_expected) {
    if (files_expected == 0) return "";
    const auto filled = std::min<std::uint64_t>(bar_width, files * bar_width / files_expected);
    return fmt::format("[{}{}] ", std::string(filled, '#'), std::string(bar_width - filled, '.'));
  }

  steady_clock::time_point began_ = steady_clock::now();
};

}  // namespace

QuickstartJobs::QuickstartJobs(const QuickstartHome& home) : session_(log_in(home)) {}

console::JobRecord QuickstartJobs::back_up(const std::string& level, std::uint64_t files_expected) {
  return run(fmt::format("run job=backup level={} yes", level), files_expected);
}

console::JobRecord QuickstartJobs::restore(JobId backup) {
  const auto saved = console::find_job(session_, backup);
  return run(
      fmt::format("restore jobid={} client=this-machine restorejob=restore all done yes", backup.value),
      saved ? saved->files : 0);
}

console::JobRecord QuickstartJobs::run(const std::string& command, std::uint64_t files_expected) {
  ProgressLine line;
  const auto job = console::start_job(session_, command);
  const auto show = [&](const console::RunningJob& running) {
    line.show(running.files, running.bytes,
              running.files_expected != 0 ? running.files_expected : files_expected);
  };
  const auto record = console::follow_job(session_, job, look_every, show, {});
  line.show(record.files, record.bytes, record.files);
  fmt::print("\n  Job {}: {}.\n", job.value, console::status_words(record.status));
  return record;
}

std::string QuickstartJobs::log_of(JobId job) {
  std::string text;
  for (const auto& line : console::job_log(session_, job)) text += line + "\n";
  return text;
}

}  // namespace holdfast::apps
