// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/job_runner.h"

#include "base/error.h"
#include "base/text.h"
#include "director/job_end.h"
#include "director/job_retention.h"
#include "director/job_types.h"
#include "director/run_scripts.h"
#include "director/watchdog.h"
#include "jobs/texts.h"
#include "wire/handshake.h"

namespace holdfast::director {
namespace {

// For one attempt to connect: a daemon that does not listen has no job to cancel.
constexpr std::chrono::milliseconds cancel_patience = std::chrono::seconds(10);

/// Takes what a daemon answers to cancel, a line each.
class Answers final : public Requests {
 public:
  void job_message(const wire::JobMessage& message) override { text += message.text; }
  void status(JobStatus) override {}
  std::string catalog_request(std::string_view) override { return ""; }
  void attributes(Bytes) override {}

  std::string text;
};

template <typename Daemon>
std::string cancel_on(const Daemon& daemon, const std::string& job, Connector& connector,
                      const Clock& clock) {
  Answers answers;
  try {
    Conversation conversation(daemon.name, connector.connect(daemon, cancel_patience, {}).channel, answers,
                              clock);
    conversation.set_timeout(cancel_patience);
    conversation.send(wire::encode(wire::CancelCommand{job}));
    while (true) {
      const auto heard = conversation.hear();
      const auto* reply = std::get_if<std::string>(&heard);
      if (reply == nullptr) break;
      answers.text += *reply;
    }
    conversation.terminate();
  } catch (const Error& error) {
    answers.text +=
        fmt::format("{} could not be asked to cancel {}: {}\n", daemon.name, job, error.message());
  }
  return answers.text;
}

void start_record(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog) {
  job.set_status(JobStatus::running);
  job.row.status = JobStatus::running;
  job.row.started = std::chrono::floor<std::chrono::seconds>(surroundings.clock.now());
  job.state.with([&](ActiveJob::State& state) { state.started = job.row.started; });
  catalog.jobs().start(job.row);
  job.log->add(MessageType::info, fmt::format("Version: {} ({}) {}\n", wire::announced_version,
                                              wire::announced_date, surroundings.system));
  const config::Client* client = job.plan.client;
  if (client != nullptr && client->connection_from_client_to_director &&
      surroundings.waiting_clients.has(client->name))
    job.log->add(MessageType::info, fmt::format("Using Client Initiated Connection ({}).\n", client->name));
}

/// A job that is too late is cancelled before it does anything.
void refuse_if_too_late(ActiveJob& job, Instant now) {
  const auto reason = too_late_to_start(job, now);
  if (!reason || job.is_cancelled()) return;
  job.set_status(JobStatus::cancelled);
  job.log->add(MessageType::fatal, *reason);
  job.stop.request_stop();
}

JobOutcome run_by_type(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog) {
  // A backup does so itself, when client and storage are there.
  if (job.type != JobType::backup) job.declare_started(surroundings.clock.instant());
  if (const JobKind* kind = kind_of(job.type)) return kind->run(job, surroundings, catalog);
  job.fail("Jobs of this type are not supported by this version; nothing was done.\n");
  return {};
}

}  // namespace

void run_job(ActiveJob& job, JobSurroundings& surroundings) {
  try {
    const auto catalog = job.plan.open_catalog();
    start_record(job, surroundings, *catalog);
    refuse_if_too_late(job, surroundings.clock.instant());
    JobOutcome outcome;
    if (!run_director_scripts(job, ScriptMoment::before, surroundings))
      job.set_status(JobStatus::error_terminated);
    else if (!job.is_cancelled())
      outcome = run_by_type(job, surroundings, *catalog);
    if (job.is_cancelled()) job.set_status(JobStatus::cancelled);
    finish_job(job, outcome, *catalog, surroundings);
    prune_after(job, *catalog, surroundings);
    // The row and the report are written: only the status in memory can still become worse.
    if (!run_director_scripts(job, ScriptMoment::after, surroundings))
      job.row.status = JobStatus::error_terminated;
  } catch (const Error& error) {
    job.fail(fmt::format("The job ends because the catalog cannot be used: {}\n", error.message()));
    throw;
  }
}

void end_without_running(ActiveJob& job, JobSurroundings& surroundings) {
  job.set_status(JobStatus::cancelled);
  run_job(job, surroundings);
}

std::string cancel_at(const config::Client& client, ActiveJob& job, Connector& connector,
                      const Clock& clock) {
  return cancel_on(client, job.name, connector, clock);
}

std::string cancel_at(const config::Storage& storage, ActiveJob& job, Connector& connector,
                      const Clock& clock) {
  return cancel_on(storage, job.name, connector, clock);
}

std::string cancel_at(const config::Storage& storage, const std::string& job, Connector& connector,
                      const Clock& clock) {
  return cancel_on(storage, job, connector, clock);
}

}  // namespace holdfast::director
