// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/run_scripts.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "director/job_codes.h"
#include "jobs/texts.h"
#include "os/process.h"

namespace holdfast::director {
namespace {

using config::RunScript;

/// Of a line that a script prints, in one message.
constexpr std::size_t piece_of_line = 129;
/// Nobody can cancel a cancelled job once more.
constexpr std::chrono::milliseconds limit_after_cancel = std::chrono::minutes(1);

bool has_failed(const ActiveJob& job, ScriptMoment moment) {
  if (moment == ScriptMoment::before) return job.is_cancelled();
  return !jobs::is_good(job.row.status);
}

bool is_due(const RunScript& script, ScriptMoment moment, const ActiveJob& job) {
  if (script.runs_on_client()) return false;
  const auto bit = moment == ScriptMoment::before ? config::RunsWhen::before : config::RunsWhen::after;
  if ((static_cast<unsigned>(script.when) & static_cast<unsigned>(bit)) == 0) return false;
  return has_failed(job, moment) ? script.on_failure : script.on_success;
}

/// One script on its way.
class Run {
 public:
  Run(ActiveJob& job, std::string_view label, const JobSurroundings& surroundings)
      : job_(job), label_(label), surroundings_(surroundings) {}

  /// Why it failed; empty where it did not.
  std::string run(const RunScript& script) {
    const std::string command = expand_job_codes(script.command, job_);
    const bool is_console = script.kind == RunScript::Kind::console;
    say(fmt::format("{} command: run {} \"{}\"\n", is_console ? "console" : "shell", label_, command));
    try {
      return is_console ? run_in_console(command) : run_program(command);
    } catch (const Error& error) {
      return could_not(error.message());
    }
  }

 private:
  /// Of a job that was cancelled already it says nothing more.
  std::stop_token stop() const { return job_.is_cancelled() ? std::stop_token() : job_.stop.get_token(); }

  std::string run_program(const std::string& command) {
    os::ProcessTerms terms;
    if (job_.is_cancelled()) terms.limit = limit_after_cancel;
    const auto tell = [this](std::string_view line) { say_output(line); };
    const auto end = os::run_process(os::split_command(command), tell, stop(), terms);
    if (end.succeeded()) return "";
    if (end.how == os::ProcessEnd::How::not_started) return could_not(end.text());
    return fmt::format("Runscript: {} returned non-zero status={}. ERR={}\n", label_, end.number, end.text());
  }

  std::string run_in_console(const std::string& command) {
    if (!surroundings_.run_console_command) return could_not("there is no console");
    const bool is_done =
        surroundings_.run_console_command(command, stop(), [this](std::string_view text) { say(text); });
    return is_done ? ""
                   : fmt::format("Runscript: {} console command failed: {}\n", label_, printable(command));
  }

  std::string could_not(std::string_view reason) const {
    return fmt::format("Runscript: {} could not execute. ERR={}\n", label_, reason);
  }

  void say_output(std::string_view line) {
    do {
      say(fmt::format("{}: {}\n", label_, line.substr(0, piece_of_line)));
      line.remove_prefix(std::min(line.size(), piece_of_line));
    } while (!line.empty());
  }

  void say(std::string_view text) { job_.log->add(MessageType::info, text); }

  ActiveJob& job_;
  const std::string_view label_;
  const JobSurroundings& surroundings_;
};

}  // namespace

bool run_director_scripts(ActiveJob& job, ScriptMoment moment, const JobSurroundings& surroundings) {
  Run run(job, moment == ScriptMoment::before ? "BeforeJob" : "AfterJob", surroundings);
  bool is_good = true;
  for (const RunScript& script : job.plan.resource->run_scripts) {
    if (!is_due(script, moment, job)) continue;
    const std::string failure = run.run(script);
    if (failure.empty()) continue;
    job.log->add(MessageType::error, failure);
    if (!script.fail_job_on_error) continue;
    is_good = false;
    if (moment == ScriptMoment::before) break;
  }
  return is_good;
}

}  // namespace holdfast::director
