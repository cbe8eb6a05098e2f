// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast/quickstart_jobs.h"

#include <fmt/core.h>

#include <chrono>

#include "apps/common/configuration.h"
#include "apps/holdfast/amounts.h"
#include "apps/holdfast/job_output.h"
#include "base/error.h"
#include "config/console_resources.h"
#include "console/login.h"

namespace holdfast::apps {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds patience{20};
constexpr std::chrono::milliseconds look_every{200};

std::unique_ptr<transport::Channel> log_in(const QuickstartHome& home) {
  const auto loaded = load_configuration<config::ConsoleConfiguration>(home.console_configuration().string());
  if (!loaded.is_good()) throw Error(ErrorKind::invalid, loaded.errors.front().render());
  return console::connect(console::choose_login(loaded.value, ""), patience, {}).channel;
}

}  // namespace

QuickstartJobs::QuickstartJobs(const QuickstartHome& home) : session_(log_in(home)) {}

console::JobRecord QuickstartJobs::back_up(const std::string& level, std::uint64_t files_expected) {
  return run(fmt::format("run job=backup level={} yes", level), files_expected, nullptr);
}

console::JobRecord QuickstartJobs::restore(JobId backup, const std::function<std::uint64_t()>& files_so_far) {
  const auto saved = console::find_job(session_, backup);
  return run(
      fmt::format("restore jobid={} client=this-machine restorejob=restore all done yes", backup.value),
      saved ? saved->files : 0, files_so_far);
}

console::JobRecord QuickstartJobs::run(const std::string& command, std::uint64_t files_expected,
                                       const std::function<std::uint64_t()>& files_so_far) {
  JobProgress progress;
  const auto began = steady_clock::now();
  const auto job = console::start_job(session_, command);
  const auto show = [&](console::RunningJob running) {
    if (running.files_expected == 0) running.files_expected = files_expected;
    if (files_so_far) running.files = files_so_far();
    progress.show(running);
  };
  auto record = console::follow_job(session_, job, look_every, show, {});
  progress.clear();
  const std::chrono::duration<double> passed = steady_clock::now() - began;
  fmt::print("  Job {}: {}. {} files, {} in {:.1f} s.\n", job.value, console::status_words(record.status),
             record.files, amount_of_bytes(record.bytes), passed.count());
  return record;
}

std::string QuickstartJobs::log_of(JobId job) {
  std::string text;
  for (const auto& line : console::job_log(session_, job)) text += line + "\n";
  return text;
}

}  // namespace holdfast::apps
