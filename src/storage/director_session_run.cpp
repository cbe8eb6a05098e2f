// SPDX-License-Identifier: AGPL-3.0-or-later
// What a job of a Director does from `run`, `listen` or `replicate` to its last word.
#include <fmt/core.h>

#include "base/error.h"
#include "base/text.h"
#include "storage/client_dialogue.h"
#include "storage/director_session.h"
#include "storage/record_copier.h"
#include "storage/replication.h"
#include "wire/catalog_requests.h"
#include "wire/storage_to_director.h"

namespace holdfast::storage {

using wire::Signal;

bool DirectorSession::copies_volumes() const {
  const auto& command = job_->command();
  return command.type == JobType::copy || command.type == JobType::migrate ||
         command.level == JobLevel::virtual_full;
}

void DirectorSession::part_devices() {
  if (!append_ || !read_reservation_ || !copies_volumes()) return;
  std::vector<std::string> volumes;
  if (bootstrap_) {
    for (const auto& section : bootstrap_->sections)
      for (const auto& volume : section.volumes) volumes.push_back(volume.name);
  }
  append_->keep_away_from(read_reservation_->device(), std::move(volumes));
}

DirectorSession::Next DirectorSession::replicate_to(std::string_view text) {
  const auto command = wire::decode<wire::Replicate>(text);
  const auto refuse = [&] {
    return reply(wire::encode(wire::storage::BadReplicate{std::string(trim(text))}), Next::end);
  };
  if (!command || !job_) return refuse();
  try {
    writer_ = connect_to_writer(context_, *job_, *command);
  } catch (const Error& error) {
    director_->message(MessageType::fatal,
                       fmt::format("Failed to connect to Storage daemon: {}\n",
                                   transport::with_address(command->address, command->port, error)));
    return refuse();
  }
  return reply(wire::storage::ok_replicate);
}

DirectorSession::Next DirectorSession::run_job(std::string_view text) {
  if (!job_) return reply(wire::encode(wire::storage::InvalidCommand{std::string(text)}), Next::end);
  if (!append_ && !read_reservation_) {
    director_->message(MessageType::fatal, "No device was reserved for this job.\n");
    return Next::end;
  }
  const std::stop_callback shutdown(stop_, [this] { job_->cancel(); });
  if (copies_volumes()) {
    writer_ ? replicate_records() : copy_records();
    return Next::end;
  }
  director_->status(JobStatus::waiting_for_client);
  serve_peer();
  return Next::end;
}

DirectorSession::Next DirectorSession::listen_for_storage(std::string_view text) {
  if (!job_ || !append_) {
    return reply(wire::encode(wire::storage::InvalidCommand{std::string(text)}), Next::end);
  }
  const std::stop_callback shutdown(stop_, [this] { job_->cancel(); });
  director_->status(JobStatus::waiting_for_storage);
  append_->note_replication();
  serve_peer();
  return Next::end;
}

/// The client, or the Storage Daemon that reads.
void DirectorSession::serve_peer() {
  const auto limit = context_.configuration()->storage().client_connect_wait;
  // A Director that was killed never sends the client, and its device must not stay taken.
  const auto peer = job_->await_data_channel(limit.count() == 0 ? std::chrono::seconds(1800) : limit,
                                             [&] { return channel_.stream().has_peer_hung_up(); });
  // Without a peer there is no last word on the job; the Director takes that for a failure.
  if (!peer) return;
  peer->set_timeout(patience());
  channel_.send(wire::encode(wire::storage::JobStart{job_->command().job}));
  director_->status(JobStatus::running);
  if (!connected_client_.empty()) director_->message(MessageType::info, connected_client_);
  director_->message(MessageType::info, version_text(context_) + "\n");
  serve_client(*peer);
  end_job();
}

/// Runs a part of the job; what it fails with is told to the Director, and ends the job.
void DirectorSession::attempt(const std::function<void()>& part) {
  try {
    part();
  } catch (const Error& error) {
    if (job_->is_cancelled()) {
      director_->message(MessageType::info, fmt::format("Job {} was cancelled.\n", job_->command().job));
    } else {
      director_->message(MessageType::fatal, error.message() + "\n");
    }
  }
}

void DirectorSession::finish_append() {
  try {
    const auto status = job_->progress().status;
    append_->finish(is_stopped(status) ? status : JobStatus::terminated);
  } catch (const Error& error) {
    const auto type = job_->is_cancelled() ? MessageType::info : MessageType::fatal;
    director_->message(type, error.message() + "\n");
  }
}

void DirectorSession::open_reading() {
  if (!read_reservation_) throw Error(ErrorKind::invalid, "No device was reserved to read from");
  reading_.emplace(context_, *job_, *director_, std::move(*read_reservation_), read_pool_, bootstrap_);
}

void DirectorSession::serve_client(transport::Channel& client) {
  attempt([&] {
    const StorageJob::Interruptible interruptible(*job_, client);
    std::optional<DirectorLine::Accompanied> accompanied;
    if (context_.configuration()->storage().heartbeat_interval.count() > 0)
      accompanied.emplace(*director_, client);
    converse(client);
  });
  if (append_) finish_append();
}

void DirectorSession::converse(transport::Channel& client) {
  if (!append_) open_reading();
  ClientDialogue dialogue(context_, *job_, client, append_.get(), reading_ ? &*reading_ : nullptr);
  dialogue.run();
  if (!dialogue.is_complete()) throw Error(ErrorKind::network, "The client ended its session too early.");
}

/// Two jobs that each read from the device that the other one shall write to: the second one lets the first pass.
void DirectorSession::mount_both() {
  try {
    append_->mount();
    reading_->keep_away_from(append_->device());
  } catch (const volumes::DeviceDeadlock&) {
    director_->message(MessageType::info,
                       fmt::format("Device {} is given to a job that waits for it; this one reads later.\n",
                                   reading_->device().print_name()));
    reading_->let_go();
    append_->mount();
    reading_->keep_away_from(append_->device());
    reading_->take_back();
  }
}

void DirectorSession::copy_records() {
  bool is_read = false;
  attempt([&] {
    if (!append_ || !read_reservation_) {
      throw Error(ErrorKind::invalid, "A job that copies needs one device to read from and one to write to.");
    }
    part_devices();
    open_reading();
    mount_both();
    reading_->open();
    RecordCopier copier(*append_);
    reading_->read_all(copier);
    is_read = true;
  });
  if (append_) finish_append();
  if (is_read) attempt([&] { reading_->release(); });
  reading_.reset();
  // The peer's order: the last state is told before the job counts as ended.
  director_->repeat_status();
  job_->change_status(JobStatus::terminated);
  send_end(append_ ? append_->totals() : volumes::AppendTotals{});
}

void DirectorSession::replicate_records() {
  Replication replication(*writer_);
  writer_->set_timeout(patience());
  attempt([&] {
    const StorageJob::Interruptible interruptible(*job_, *writer_);
    open_reading();
    replication.begin();
    reading_->open();
    reading_->read_all(replication);
    replication.end();
    reading_->release();
  });
  reading_.reset();
  // Where this failed, the other daemon must not wait for more.
  writer_.reset();
  job_->change_status(JobStatus::terminated);
  send_end(replication.totals());
}

void DirectorSession::end_job() {
  // The peer's order: a job that sent spooled attributes repeats that state as its last.
  const bool has_despooled = job_->progress().status == JobStatus::attribute_despooling;
  if (append_ && has_despooled) director_->repeat_status();
  job_->change_status(JobStatus::terminated);
  if (append_ && !has_despooled) director_->repeat_status();
  send_end(append_ ? append_->totals() : volumes::AppendTotals{});
}

void DirectorSession::tell_proof() {
  if (!append_ || !channel_.stream().speaks_extensions()) return;
  const auto counts = append_->counts();
  channel_.send(wire::encode(
      wire::RecordProof{job_->command().job, counts.files, counts.records, counts.bytes, counts.digest}));
}

void DirectorSession::send_end(const volumes::AppendTotals& totals) {
  tell_proof();
  const auto progress = job_->progress();
  channel_.send(wire::encode(wire::storage::JobEnd{.job = job_->command().job,
                                                   .status = progress.status,
                                                   .files = totals.files,
                                                   .bytes = totals.bytes,
                                                   .errors = progress.errors}));
  channel_.send(Signal::end_of_data);
}

}  // namespace holdfast::storage
