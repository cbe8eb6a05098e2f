// SPDX-License-Identifier: AGPL-3.0-or-later
#include <thread>

#include "base/error.h"
#include "director/accurate.h"
#include "director/client_side.h"
#include "director/director.h"
#include "director/job_codes.h"
#include "director/volume_desk.h"
#include "jobs/texts.h"
#include "jobs/volume_choice.h"

namespace holdfast::director {

using console::RunRequest;

namespace {

constexpr std::chrono::milliseconds console_patience = std::chrono::seconds(15);

console::RunningJob listed(const ActiveJob& job) {
  console::RunningJob listing;
  const JobPlan& plan = job.plan;
  listing.id = job.id;
  listing.unique_name = job.name;
  listing.name = plan.resource->name;
  if (plan.client != nullptr) listing.client = plan.client->name;
  if (plan.storage.resource != nullptr) listing.storage = plan.storage.resource->name;
  listing.comment = plan.request.comment;
  listing.type = job.type;
  listing.level = job.level;
  listing.files_expected = plan.request.expected_files;
  const ActiveJob::State state = job.state.read([](const ActiveJob::State& s) { return s; });
  listing.status = state.status;
  // What holds up the Storage Daemon holds up the job.
  const bool is_waiting = state.storage_status == JobStatus::waiting_for_media ||
                          state.storage_status == JobStatus::waiting_for_mount;
  if (state.status == JobStatus::running && is_waiting) listing.status = *state.storage_status;
  if (state.status == JobStatus::waiting_for_client && !plan.client->connection_from_director_to_client)
    listing.waits_for = "is waiting for Client to connect (Client Initiated Connection)";
  listing.started = state.started.time_since_epoch().count();
  listing.files = state.files;
  listing.bytes = state.bytes;
  return listing;
}

/// Everything a client says during an estimate is for the console.
class EstimateLines final : public Requests {
 public:
  explicit EstimateLines(const std::function<void(std::string_view)>& tell) : tell_(tell) {}

  void job_message(const wire::JobMessage& message) override { tell_(message.text); }
  void status(JobStatus) override {}
  std::string catalog_request(std::string_view text) override {
    tell_(text);
    return "";
  }
  void attributes(Bytes text) override { tell_(as_text(text)); }
  bool listed(std::string_view line) override {
    tell_(line);
    return true;
  }

 private:
  const std::function<void(std::string_view)>& tell_;
};

}  // namespace

std::vector<console::RunningJob> Director::running_jobs() const {
  std::vector<console::RunningJob> listing;
  for (const auto& job : jobs_.all()) listing.push_back(listed(*job));
  return listing;
}

bool Director::cancel(JobId id, const std::function<void(std::string_view)>& tell) {
  const auto job = jobs_.find(id);
  if (!job) return false;
  const bool runs = jobs_.is_running(id);
  job->set_status(JobStatus::cancelled);
  const auto progress = job->state.read([](const ActiveJob::State& state) { return state.talks_to; });
  if (runs && progress.client) {
    const std::string answer = cancel_at(*job->plan.client, *job, connector_, parts_.clock);
    if (!answer.empty()) tell(answer);
  }
  job->stop.request_stop();
  if (runs && progress.storage != nullptr) {
    const std::string answer = cancel_at(*progress.storage, *job, connector_, parts_.clock);
    if (!answer.empty()) tell(answer);
  }
  jobs_.give_up_waiting(id);
  return true;
}

/// All at once: each may wait for a daemon that does not answer.
void Director::cancel_all() {
  std::vector<std::jthread> telling_daemons;
  for (const auto& job : jobs_.all()) {
    job->log->add(MessageType::error, "The Director is ending; so does this job.\n");
    const auto cancel_it = [this, id = job->id] { cancel(id, [](std::string_view) {}); };
    if (jobs_.is_running(job->id))
      telling_daemons.emplace_back(cancel_it);
    else
      cancel_it();
  }
}

bool Director::wait_for_end(JobId job, std::stop_token stop) {
  return jobs_.wait_for_end(job, std::move(stop));
}

void Director::estimate(const RunRequest& request, bool listing,
                        const std::function<void(std::string_view)>& tell) {
  auto surroundings = setup_surroundings();
  catalog::JobRow row;
  const JobPlan plan = plan_estimate(request, surroundings, row);
  EstimateLines lines(tell);
  ClientSide client(plan, lines, connect(*plan.client, {}), parts_.clock, parts_.limits);
  client.start_job(JobId(), names_.make("-Console-"), {}, std::string(wire::no_authorization));
  client.send_level(row.level);
  client.send_fileset(*plan.fileset, {}, ClientSide::Zstd::understood);
  if (wants_accurate_list(plan, row.level))
    send_accurate_list(client, plan, row, *plan.open_catalog(), parts_.clock, [](std::string_view) {});
  client.estimate(listing, tell);
  client.terminate();
}

std::optional<std::string> Director::next_volume(const config::Job& job, JobLevel, const config::Pool& pool,
                                                 const config::Storage* storage) {
  const auto configuration = this->configuration();
  const auto chosen = jobs::choose_catalog(*configuration, &pool, job, job.client);
  if (chosen.resource == nullptr || storage == nullptr) return std::nullopt;
  const auto catalog = open_catalog(*chosen.resource);
  const auto row = catalog->pools().find(pool.name);
  if (!row) return std::nullopt;
  jobs::WritePlace place;
  place.pool = row->id;
  place.media_type = storage->media_type;
  place.storage = catalog->storages().put_storage(storage->name, storage->is_autochanger);
  place.is_autochanger = storage->is_autochanger;
  place.holds = hold_rules(*configuration, *catalog);
  jobs::VolumeChoice choice(*catalog, parts_.clock, std::move(place), [](MessageType, std::string_view) {});
  const auto volume = choice.preview();
  if (!volume) return std::nullopt;
  return volume->name;
}

transport::Connected Director::connect(const config::Client& client, std::stop_token stop) {
  return connector_.connect(client, console_patience, std::move(stop));
}

transport::Connected Director::connect(const config::Storage& storage, std::stop_token stop) {
  return connector_.connect(storage, console_patience, std::move(stop));
}

}  // namespace holdfast::director
