// SPDX-License-Identifier: AGPL-3.0-or-later
#include <algorithm>

#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/conversation.h"
#include "director/console/handlers.h"
#include "wire/job_messages.h"

namespace holdfast::director::console::handle {
namespace {

std::vector<RunningJob> permitted_jobs(const Command& command) {
  auto jobs = command.services.running_jobs();
  std::erase_if(jobs, [&](const RunningJob& job) { return !command.access.allows(Acl::job, job.name); });
  return jobs;
}

const RunningJob* find_job(const std::vector<RunningJob>& jobs, const Word& word) {
  const bool by_id = equal_ignoring_case(word.keyword, "jobid");
  const auto at = std::find_if(jobs.begin(), jobs.end(), [&](const RunningJob& job) {
    if (by_id) return std::to_string(job.id.value) == *word.value;
    return job.name == *word.value || job.unique_name.starts_with(*word.value);
  });
  return at == jobs.end() ? nullptr : &*at;
}

void tell_not_running(Command& command, const Word& word) {
  if (equal_ignoring_case(word.keyword, "jobid"))
    command.out.error(fmt::format("JobId {} is not running. Use Job name to cancel inactive jobs.\n",
                                  printable(*word.value)));
  else
    command.out.warning(
        fmt::format("Warning Job {} is not running. Continuing anyway ...\n", printable(*word.value)));
}

bool names_jobs(const Word& word) {
  return word.value &&
         (equal_ignoring_case(word.keyword, "jobid") || equal_ignoring_case(word.keyword, "job") ||
          equal_ignoring_case(word.keyword, "jobname") || equal_ignoring_case(word.keyword, "ujobid"));
}

struct StateWord {
  std::string_view word;
  bool (*fits)(JobStatus);
};
constexpr StateWord states[] = {
    {"created", [](JobStatus status) { return status == JobStatus::created; }},
    {"blocked", [](JobStatus status) { return status == JobStatus::blocked; }},
    {"waiting",
     [](JobStatus status) {
       return std::string_view("FSmMsjcdtpq").find(static_cast<char>(status)) != std::string_view::npos;
     }},
    {"running", [](JobStatus status) { return status == JobStatus::running; }},
};

bool confirmed(Command& command) {
  if (command.line.has("yes") || command.out.is_json()) return true;
  return command.ask.yes_no("Confirm cancel (yes/no): ").value_or(false);
}

/// Jobs by `all` or `state=`; empty where none fits or it was not confirmed.
std::vector<RunningJob> jobs_by_state(Command& command, std::vector<RunningJob> jobs) {
  if (const auto wanted = command.line.value("state")) {
    const auto at = std::find_if(std::begin(states), std::end(states), [&](const StateWord& state) {
      return equal_ignoring_case(state.word, *wanted);
    });
    if (at == std::end(states)) {
      command.out.error("Illegal state either created, blocked, waiting or running\n");
      return {};
    }
    std::erase_if(jobs, [&](const RunningJob& job) { return !at->fits(job.status); });
  }
  for (const RunningJob& job : jobs)
    command.out.text(fmt::format("Selected Job {} for cancelling\n", job.id.value));
  if (jobs.empty()) {
    command.out.text("No Jobs selected.\n");
    return {};
  }
  return confirmed(command) ? jobs : std::vector<RunningJob>{};
}

std::vector<RunningJob> job_by_selection(Command& command, const std::vector<RunningJob>& jobs) {
  Selection selection{"Select Job:\n", "Job", "Choose Job to cancel", {}};
  for (const RunningJob& job : jobs)
    selection.entries.push_back(fmt::format("JobId={} Job={}", job.id.value, job.unique_name));
  const auto chosen = command.ask.select(selection);
  if (!chosen) return {};
  if (jobs.size() == 1) {
    // Nobody has chosen this job, so it is asked for, whatever the line says.
    const std::string prompt = command.out.api() == Api::text
                                   ? "Confirm cancel (yes/no): "
                                   : fmt::format("Cancel: {}\n\nConfirm cancel?", selection.entries[0]);
    if (!command.ask.yes_no(prompt).value_or(false)) return {};
  }
  return {jobs[*chosen]};
}

std::vector<RunningJob> choose_jobs(Command& command) {
  const std::vector<RunningJob> jobs = permitted_jobs(command);
  std::vector<RunningJob> chosen;
  bool some_named = false;
  for (const Word& word : command.line.arguments()) {
    if (!names_jobs(word)) continue;
    some_named = true;
    if (const RunningJob* job = find_job(jobs, word))
      chosen.push_back(*job);
    else
      tell_not_running(command, word);
  }
  if (!chosen.empty()) return chosen;
  if (jobs.empty()) {
    const bool none_at_all = command.services.running_jobs().empty();
    command.out.text(none_at_all ? "No Jobs running.\n" : "None of your jobs are running.\n");
    return {};
  }
  if (some_named) return {};
  if (command.line.has("all") || command.line.has("state")) return jobs_by_state(command, jobs);
  return job_by_selection(command, jobs);
}

/// `storage= jobid=`: a job that only the Storage Daemon still knows.
Outcome cancel_on_storage(Command& command) {
  const config::Storage* storage = choose_storage(command);
  const auto id = command.line.value("jobid");
  if (!storage) return Outcome::ok;
  if (!id) {
    command.out.warning("Missing jobid=JobId specification\n");
    return Outcome::ok;
  }
  if (!parse_number<std::uint32_t>(*id)) {
    command.out.warning(fmt::format("JobId {} not a number\n", printable(*id)));
    return Outcome::ok;
  }
  Conversation conversation(command, *storage, Conversation::Introduce::silent);
  conversation.say(fmt::format("cancel Job={}\n", *id));
  conversation.relay();
  return Outcome::ok;
}

}  // namespace

Outcome cancel(Command& command) {
  if (command.line.value("storage")) return cancel_on_storage(command);
  for (const RunningJob& job : choose_jobs(command)) {
    bool told = false;
    const bool found = command.services.cancel(job.id, [&](std::string_view line) {
      told = true;
      command.out.text(line);
    });
    if (!found)
      command.out.warning(fmt::format("Job \"{}\" not found.\n", job.unique_name));
    else if (!told)
      command.out.info(
          fmt::format("JobId {}, Job {} marked to be canceled.\n", job.id.value, job.unique_name));
  }
  return Outcome::ok;
}

}  // namespace holdfast::director::console::handle
