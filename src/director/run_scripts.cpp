// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/run_scripts.h"

#include "base/error.h"
#include "director/job_codes.h"
#include "jobs/texts.h"
#include "os/process.h"

namespace holdfast::director {
namespace {

bool is_due(const config::RunScript& script, ScriptMoment moment, JobStatus status) {
  if (script.kind != config::RunScript::Kind::command || script.runs_on_client()) return false;
  const auto bit = moment == ScriptMoment::before ? config::RunsWhen::before : config::RunsWhen::after;
  if ((static_cast<unsigned>(script.when) & static_cast<unsigned>(bit)) == 0) return false;
  if (moment == ScriptMoment::before) return script.on_success;
  return jobs::is_good(status) ? script.on_success : script.on_failure;
}

/// Why it failed; empty where it did not.
std::string failure_of(const std::string& command, std::string_view label, ActiveJob& job) {
  const auto tell = [&](std::string_view line) {
    job.log->add(MessageType::info, fmt::format("{}: {}\n", label, line));
  };
  const auto end = os::run_process(os::split_command(command), tell, job.stop.get_token());
  if (end.succeeded()) return "";
  if (end.how == os::ProcessEnd::How::not_started)
    return fmt::format("Runscript: {} could not execute. ERR={}\n", label, end.text());
  return fmt::format("Runscript: {} returned non-zero status={}. ERR={}\n", label, end.number, end.text());
}

}  // namespace

bool run_director_scripts(ActiveJob& job, ScriptMoment moment) {
  const std::string_view label = moment == ScriptMoment::before ? "BeforeJob" : "AfterJob";
  for (const config::RunScript& script : job.plan.resource->run_scripts) {
    if (!is_due(script, moment, job.row.status)) continue;
    const std::string command = expand_job_codes(script.command, job);
    job.log->add(MessageType::info, fmt::format("shell command: run {} \"{}\"\n", label, command));
    std::string failure;
    try {
      failure = failure_of(command, label, job);
    } catch (const Error& error) {
      failure = fmt::format("Runscript: {} could not execute. ERR={}\n", label, error.message());
    }
    if (failure.empty()) continue;
    job.log->add(script.fail_job_on_error ? MessageType::error : MessageType::warning, failure);
    if (script.fail_job_on_error) return false;
  }
  return true;
}

}  // namespace holdfast::director
