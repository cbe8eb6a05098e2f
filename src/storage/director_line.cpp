// SPDX-License-Identifier: AGPL-3.0-or-later
#include "storage/director_line.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "wire/catalog_requests.h"
#include "wire/storage_to_director.h"

namespace holdfast::storage {
namespace {

using volumes::JobMedia;
using volumes::VolumeRecord;

VolumeRecord to_record(const wire::VolumeLine& line) {
  VolumeRecord record;
  record.name = line.volume;
  record.media_id = line.media_id;
  record.jobs = line.jobs;
  record.files = line.files;
  record.blocks = line.blocks;
  record.bytes = line.bytes;
  record.mounts = line.mounts;
  record.errors = line.errors;
  record.writes = line.writes;
  record.max_bytes = line.max_bytes;
  record.capacity_bytes = line.capacity_bytes;
  record.status = line.status;
  record.slot = line.slot;
  record.max_jobs = line.max_jobs;
  record.max_files = line.max_files;
  record.in_changer = line.in_changer;
  record.read_time = line.read_time;
  record.write_time = line.write_time;
  record.end_file = line.end_file;
  record.end_block = line.end_block;
  record.label_type = line.label_type;
  record.encryption_key = line.encryption_key;
  record.min_block_size = line.min_block_size;
  record.max_block_size = line.max_block_size;
  return record;
}

wire::UpdateMedia to_update(const std::string& job, const VolumeRecord& record) {
  wire::UpdateMedia update;
  update.job = job;
  update.volume = record.name;
  update.jobs = record.jobs;
  update.files = record.files;
  update.blocks = record.blocks;
  update.bytes = record.bytes;
  update.mounts = record.mounts;
  update.errors = record.errors;
  update.writes = record.writes;
  update.max_bytes = record.max_bytes;
  update.status = record.status;
  update.slot = record.slot;
  update.in_changer = record.in_changer;
  update.read_time = record.read_time;
  update.write_time = record.write_time;
  return update;
}

std::string joined(const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) {
    if (!list.empty()) list += ',';
    list += name;
  }
  return list;
}

std::uint32_t high(std::uint64_t address) { return static_cast<std::uint32_t>(address >> 32); }
std::uint32_t low(std::uint64_t address) { return static_cast<std::uint32_t>(address & 0xFFFFFFFF); }

/// An answer that is no good, for messages.
std::string shown(std::string_view answer) { return printable(trim(answer)); }

/// The record an answer holds. An answer about another volume would put that volume's counters on this one.
VolumeRecord record_of(const wire::VolumeLine& line, std::string_view volume) {
  if (line.volume != volume) {
    throw Error(ErrorKind::network, "the Director answered about volume \"{}\" when asked about \"{}\"",
                printable(line.volume), volume);
  }
  return to_record(line);
}

}  // namespace

DirectorLine::DirectorLine(transport::Channel& channel, StorageJob& job, std::string daemon,
                           const Clock& clock, std::vector<MessageType> suppressed,
                           messages::LocalMessages* local)
    : channel_(channel),
      job_(job),
      daemon_(std::move(daemon)),
      clock_(clock),
      suppressed_(std::move(suppressed)) {
  if (local != nullptr)
    job_here_ =
        std::make_unique<messages::LocalMessages::Job>(*local, job.command().job_id, job.command().job);
}

DirectorLine::~DirectorLine() {
  if (job_here_) job_here_->end(!is_stopped(job_.progress().status));
}

void DirectorLine::set_pool(std::string pool, std::string media_type) {
  pool_ = std::move(pool);
  media_type_ = std::move(media_type);
}

std::string DirectorLine::ask(const std::string& request) {
  const std::lock_guard one_at_a_time(asking_);
  channel_.send(request);
  channel_.flush();
  const auto received = channel_.receive();
  const auto* packet = std::get_if<transport::Packet>(&received);
  if (packet == nullptr) {
    throw Error(ErrorKind::network, "the Director answered a catalog request with a signal or hung up: {}",
                trim(request));
  }
  // Taken for the answer, a stray packet would shift every later answer to the request after its own.
  if (wire::request_kind(packet->text()) != wire::RequestKind::reply) {
    throw Error(ErrorKind::network, "the Director answered a catalog request with \"{}\"",
                shown(packet->text()));
  }
  return std::string(packet->text());
}

std::optional<VolumeRecord> DirectorLine::find_media(const std::vector<std::string>& unwanted) {
  const auto answer = ask(encode(wire::FindMedia{.job = job_.command().job,
                                                 .index = static_cast<std::uint32_t>(unwanted.size()) + 1,
                                                 .pool = pool_,
                                                 .media_type = media_type_,
                                                 .unwanted = joined(unwanted)}));
  const auto line = wire::decode<wire::VolumeLine>(answer);
  if (!line) return std::nullopt;
  return to_record(*line);
}

Expected<VolumeRecord, std::string> DirectorLine::get_volume(std::string_view name, Purpose purpose) {
  const auto answer = ask(encode(wire::GetVolumeInfo{
      .job = job_.command().job, .volume = std::string(name), .write = purpose == Purpose::append}));
  const auto line = wire::decode<wire::VolumeLine>(answer);
  if (!line) return unexpected(shown(answer) + "\n");
  return record_of(*line, name);
}

VolumeRecord DirectorLine::update_media(const VolumeRecord& record, Relabelled relabelled,
                                        std::int64_t first_written) {
  auto update = to_update(job_.command().job, record);
  update.end_time = static_cast<std::uint64_t>(unix_seconds(clock_.now()));
  update.relabel = relabelled == Relabelled::yes;
  update.first_written = static_cast<std::uint64_t>(first_written);
  const auto answer = ask(encode(update));
  const auto line = wire::decode<wire::VolumeLine>(answer);
  if (!line) throw Error(ErrorKind::refused, "Error getting Volume info: {}", shown(answer));
  return record_of(*line, record.name);
}

void DirectorLine::create_job_media(MediaId volume, const JobMedia& range) {
  const auto answer = ask(encode(wire::CreateJobMedia{.job = job_.command().job,
                                                      .first_index = range.first_index,
                                                      .last_index = range.last_index,
                                                      .start_file = high(range.start),
                                                      .end_file = high(range.end),
                                                      .start_block = low(range.start),
                                                      .end_block = low(range.end),
                                                      .media_id = volume}));
  if (answer != wire::ok_create_job_media) {
    throw Error(ErrorKind::refused, "Error creating JobMedia records: {}", shown(answer));
  }
}

void DirectorLine::tell_progress(std::uint32_t files, std::uint64_t bytes) {
  channel_.send(encode(wire::UpdateJobRecord{.job = job_.command().job, .files = files, .bytes = bytes}));
  channel_.send(encode(wire::UpdateFileList{.job = job_.command().job}));
  channel_.flush();
}

void DirectorLine::delete_null_job_media() {
  const auto answer =
      ask(encode(wire::DeleteNullJobMedia{.job = job_.command().job, .job_id = job_.command().job_id}));
  if (!answer.starts_with("1000")) {
    message(MessageType::warning, fmt::format("Error deleting null Jobmedia records: {}\n", shown(answer)));
  }
}

void DirectorLine::message(MessageType type, const std::string& text) {
  if (type == MessageType::fatal) job_.change_status(JobStatus::fatal);
  if (type == MessageType::error || type == MessageType::fatal) {
    job_.update([](StorageJob::Progress& progress) { ++progress.errors; });
  }
  std::string line =
      fmt::format("{} JobId {}: {}{}", daemon_, job_.command().job_id.value, message_prefix(type), text);
  if (job_here_) job_here_->deliver(type, line);
  if (std::find(suppressed_.begin(), suppressed_.end(), type) != suppressed_.end()) return;
  channel_.send(encode(wire::JobMessage{
      .job = job_.command().job, .type = type, .time = unix_seconds(clock_.now()), .text = std::move(line)}));
  channel_.flush();
}

void DirectorLine::status(JobStatus status) {
  if (job_.change_status(status)) repeat_status();
}

void DirectorLine::repeat_status() {
  channel_.send(
      wire::encode(wire::storage::StatusChange{.job = job_.command().job, .status = job_.progress().status}));
  channel_.flush();
}

std::string DirectorLine::head_of(const volumes::CatalogRecord& record) const {
  const wire::AttributesUpdate update{.job = job_.command().job,
                                      .session = job_.session(),
                                      .file_index = record.file_index,
                                      .stream = record.stream,
                                      .data = record.data};
  std::string head;
  encode_head_to(head, update);
  if (head.size() + record.data.size() > static_cast<std::size_t>(wire::max_sent_payload)) {
    throw Error(ErrorKind::invalid, "the attributes of file {} are too long for the catalog ({} bytes)",
                record.file_index, record.data.size());
  }
  return head;
}

void DirectorLine::attributes(const volumes::CatalogRecord& record) {
  const auto head = head_of(record);
  channel_.send_parts({as_bytes(head), record.data});
}

volumes::ReservationWait DirectorLine::while_reserving() {
  return {.heartbeat = [this] { heartbeat(); }, .log = this, .clock = &clock_};
}

void DirectorLine::heartbeat() {
  channel_.send(wire::Signal::heartbeat);
  channel_.flush();
  client_.with([](transport::Channel* client) {
    if (client == nullptr) return;
    try {
      client->send(wire::Signal::heartbeat);
      client->flush();
    } catch (const Error&) {
      // Whoever talks with the client finds out that it is gone.
    }
  });
}

}  // namespace holdfast::storage
