// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/error.h"
#include "base/text.h"
#include "director/console/command_output.h"
#include "director/director.h"
#include "director/job_codes.h"
#include "jobs/duplicates.h"
#include "jobs/incoming.h"
#include "jobs/reschedule.h"

// How jobs come into the queue, and come back into it: asked for, by schedule, because a client came, again after a
// failure.
namespace holdfast::director {
namespace {

jobs::KnownJob known(const ActiveJob& job) {
  const JobPlan& plan = job.plan;
  jobs::KnownJob known{job.id,    plan.resource, job.type,
                       job.level, job.status(),  plan.request.ignore_duplicates};
  if (plan.client != nullptr) known.client = plan.client->name;
  if (plan.fileset != nullptr) known.fileset = plan.fileset->name;
  return known;
}

/// The JobId in "Job queued. JobId=12".
std::string queued_job(std::string_view text) {
  constexpr std::string_view before = "JobId=";
  const auto at = text.find(before);
  if (at == text.npos) return "";
  text.remove_prefix(at + before.size());
  return std::string(text.substr(0, text.find_first_not_of("0123456789")));
}

}  // namespace

SetupSurroundings Director::setup_surroundings() {
  return {
      parts_.clock,
      names_,
      console_messages_,
      outlets_,
      [this](const config::Catalog& resource, Patience patience) { return open_catalog(resource, patience); },
      log_catalogs_,
      [this](LateEnd end) { end_late(std::move(end)); }};
}

JobId Director::run(const console::RunRequest& request, Patience patience) {
  if (request.job == nullptr) throw Error(ErrorKind::invalid, "no Job was named");
  if (!is_enabled(console::Toggled::job, request.job->name))
    throw Error(ErrorKind::refused, "Job {} is disabled.", request.job->name);
  auto surroundings = setup_surroundings();
  surroundings.patience = patience;
  return queue(set_up_job(request, surroundings));
}

JobId Director::queue(std::shared_ptr<ActiveJob> job) {
  std::optional<JobId> displaced;
  if (job->type == JobType::backup && !job->plan.request.is_clone) start_clones(*job);
  {
    const std::lock_guard lock(queueing_);
    displaced = control_duplicates(*job);
    jobs_.add(job);
  }
  if (displaced) cancel(*displaced, [](std::string_view) {});
  return job->id;
}

/// Cancels the job where another one stands against it; otherwise the one it displaces is returned.
std::optional<JobId> Director::control_duplicates(ActiveJob& job) {
  std::vector<jobs::KnownJob> others;
  for (const auto& other : jobs_.all())
    if (!other->is_cancelled()) others.push_back(known(*other));
  const auto duplicate = jobs::find_duplicate(known(job), others);
  if (!duplicate) return std::nullopt;
  if (duplicate->cancel == jobs::DuplicateDecision::Cancel::existing) {
    job.log->add(MessageType::info, duplicate->text);
    return duplicate->existing;
  }
  job.set_status(JobStatus::cancelled);
  job.log->add(MessageType::fatal, duplicate->text);
  job.stop.request_stop();
  return std::nullopt;
}

void Director::start_clones(ActiveJob& job) {
  for (const std::string& line : job.plan.resource->run_commands) {
    const std::string command = fmt::format("run {} cloned=yes yes", expand_job_codes(line, job));
    const auto output =
        console::run_command_line(*this, command, console::Session::Commands::all, job.stop.get_token());
    const std::string id = output.is_ok ? queued_job(output.text) : "";
    job.log->add(id.empty() ? MessageType::error : MessageType::info,
                 id.empty()
                     ? fmt::format("Could not start clone job: \"{}\".\n", printable(trim(output.text)))
                     : fmt::format("Clone JobId {} started.\n", id));
  }
}

void Director::start_scheduled(const jobs::ScheduledRun& run,
                               const SchedulerThread::Configuration& configuration) {
  const config::Job& job = *run.job;
  using console::Toggled;
  if (!is_enabled(Toggled::job, job.name) || !is_enabled(Toggled::schedule, job.schedule->name)) return;
  if (job.client != nullptr && !is_enabled(Toggled::client, job.client->name)) return;
  console::RunRequest request;
  request.configuration = configuration;
  request.job = &job;
  request.run = run.run;
  request.when = run.when.time_since_epoch().count();
  request.trigger = console::JobTrigger::scheduler;
  this->run(request, Patience::none);
}

void Director::start_what_is_due() {
  scheduler_->start_what_is_due();
  jobs_.look_again();
}

/// Starts the jobs that run when their client connects (interop 08, section 6).
void Director::client_has_come(const std::string& client) {
  const auto configuration = this->configuration();
  for (const config::Job& job : configuration->jobs) {
    if (job.client == nullptr || job.client->name != client) continue;
    if (job.run_on_incoming_connect_interval == seconds(0) || !is_enabled(console::Toggled::job, job.name))
      continue;
    try {
      const auto chosen = jobs::choose_catalog(*configuration, job.pool, job, job.client);
      if (chosen.resource == nullptr) continue;
      const auto now = std::chrono::floor<seconds>(parts_.clock.now());
      if (!jobs::is_due_on_connect(*open_catalog(*chosen.resource), job, now)) continue;
      console::RunRequest request;
      request.configuration = configuration;
      request.job = &job;
      request.trigger = console::JobTrigger::client;
      run(request);
    } catch (const std::exception& error) {
      say(MessageType::error, fmt::format("Job {} could not be started when client {} connected: {}\n",
                                          job.name, client, error.what()));
    }
  }
}

// The edge of the job: whatever happens, its thread ends here.
std::shared_ptr<ActiveJob> Director::run_to_the_end(ActiveJob& job) {
  std::shared_ptr<ActiveJob> again;
  job.log->use_codes(codes_while_running(job));
  bool is_recorded = false;
  try {
    run_job(job, job_surroundings_);
    is_recorded = true;
    again = run_again(job);
  } catch (const std::exception& error) {
    say(MessageType::error,
        is_recorded
            ? fmt::format("Job {} could not be run again: {}\n", job.name, error.what())
            : fmt::format("Job {} could not be ended in the catalog: {}\nIts end is written as soon as the "
                          "catalog can take it.\n",
                          job.name, error.what()));
  }
  if (!is_recorded)
    fail_row(job.row, job.status(), job.log->counts().errors,
             std::chrono::floor<std::chrono::seconds>(parts_.clock.now()));
  job.log->use_codes(codes_at_end(job));
  job.log->close(jobs::is_good(job.row.status));
  LateEnd late{job.plan, std::nullopt, job.log->take_unstored()};
  if (!is_recorded) late.row = job.row;
  if (late.row || !late.log.empty()) end_late(std::move(late), is_recorded ? nullptr : jobs_.find(job.id));
  return again;
}

void Director::end_late(LateEnd end, std::shared_ptr<ActiveJob> job) {
  const std::string name = end.row ? end.row->job : "";
  errands_.add([this, name, end = std::move(end), job = std::move(job)]() mutable {
    if (!write_late(end)) return false;
    if (!name.empty())
      say(MessageType::info,
          fmt::format("The catalog took the end of job {} that it could not take before.\n", name));
    if (job) run_again_late(std::move(job));
    return true;
  });
}

// Not before the pool has done with it: the same job takes its place there.
void Director::run_again_late(std::shared_ptr<ActiveJob> job) {
  errands_.add([this, job = std::move(job)] {
    if (jobs_.is_running(job->id)) return false;
    try {
      if (auto again = run_again(*job)) jobs_.add(std::move(again));
    } catch (const std::exception& error) {
      say(MessageType::error, fmt::format("Job {} could not be run again: {}\n", job->name, error.what()));
    }
    return true;
  });
}

/// What takes the place of a job that failed and is to be run again; another job is queued instead where something was
/// saved.
std::shared_ptr<ActiveJob> Director::run_again(ActiveJob& job) {
  const auto now = std::chrono::floor<seconds>(parts_.clock.now());
  const auto again = jobs::reschedule(
      {job.plan.resource, job.name, job.row.status, job.row.bytes, job.plan.reschedules}, now);
  if (!again || jobs_.is_ending()) return nullptr;
  job.log->add(MessageType::info, again->text);
  auto surroundings = setup_surroundings();
  // What a virtual Full reads is chosen anew.
  if (again->as == jobs::Reschedule::As::same_job && !job.plan.copy)
    return set_up_again(job, again->when, surroundings);
  queue(set_up_job(request_again(job, again->when), surroundings, &job));
  return nullptr;
}

}  // namespace holdfast::director
