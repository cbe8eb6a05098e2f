// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/storage/fake_peers.h"

#include <fmt/core.h>

#include "base/error.h"
#include "testing/transport/extended_stream.h"
#include "testing/transport/memory_stream.h"
#include "wire/client_to_storage.h"

namespace holdfast::testing_support {
namespace {

using transport::Channel;
using transport::Packet;
using wire::Signal;

wire::VolumeLine to_line(const volumes::VolumeRecord& record) {
  wire::VolumeLine line;
  line.volume = record.name;
  line.jobs = record.jobs;
  line.blocks = record.blocks;
  line.bytes = record.bytes;
  line.mounts = record.mounts;
  line.errors = record.errors;
  line.writes = record.writes;
  line.max_bytes = record.max_bytes;
  line.status = record.status;
  line.media_id = record.media_id;
  return line;
}

volumes::VolumeRecord updated(volumes::VolumeRecord record, const wire::UpdateMedia& update) {
  record.jobs = update.jobs;
  record.blocks = update.blocks;
  record.bytes = update.bytes;
  record.mounts = update.mounts;
  record.errors = update.errors;
  record.writes = update.writes;
  record.status = update.status;
  return record;
}

std::vector<std::string> names(const std::string& list) {
  std::vector<std::string> result;
  std::size_t start = 0;
  while (start < list.size()) {
    const auto end = std::min(list.find(',', start), list.size());
    result.push_back(list.substr(start, end - start));
    start = end + 1;
  }
  return result;
}

void hang_up(Channel& channel) {
  try {
    channel.close();
  } catch (const Error&) {
    // The other side was faster.
  }
}

wire::StorageJobCommand command_of(std::uint32_t job_id, JobType type) {
  wire::StorageJobCommand command;
  command.job_id = JobId(job_id);
  command.job = fmt::format("job.{}", job_id);
  command.job_name = "job";
  command.client = "client-fd";
  command.type = type;
  return command;
}

void begin(JobOutcome& outcome, Channel& channel, const wire::StorageJobCommand& command) {
  channel.send(wire::encode(command));
  const auto received = channel.receive();
  const auto reply =
      wire::decode_or_throw<wire::storage::JobReply>(std::get<Packet>(received).text(), "job reply");
  outcome.key = reply.authorization;
  outcome.session = reply.session;
}

}  // namespace

std::string FakeClient::receive() {
  const auto received = channel_.receive();
  const auto* packet = std::get_if<Packet>(&received);
  if (packet == nullptr) throw Error(ErrorKind::network, "no packet");
  return std::string(packet->text());
}

void FakeClient::expect(std::string_view reply) {
  const auto found = receive();
  if (!found.starts_with(reply)) throw Error(ErrorKind::invalid, "expected {}, found {}", reply, found);
}

void FakeClient::begin_append() {
  channel_.send(wire::append_open);
  expect("3000 OK open ticket = ");
  channel_.send(wire::encode(wire::AppendData{1}));
  expect(wire::ok_data);
}

void FakeClient::send(const std::vector<TestRecord>& records) {
  for (const auto& record : records) {
    channel_.send(wire::encode(wire::StreamHeader{record.file_index, record.stream, 0}));
    channel_.send(record.payload);
    channel_.send(Signal::end_of_data);
  }
}

void FakeClient::end_append() {
  channel_.send(Signal::end_of_data);
  expect(wire::ok_append_data);
  channel_.send(wire::encode(wire::AppendEnd{1}));
  expect(wire::ok_append_end);
  channel_.send(wire::encode(wire::AppendClose{1}));
  expect("3000 OK close Status = 84");
  channel_.receive();
  channel_.send(Signal::terminate);
  channel_.flush();
}

void FakeClient::append(const std::vector<TestRecord>& records) {
  begin_append();
  send(records);
  end_append();
}

std::vector<TestRecord> FakeClient::read() {
  channel_.send(wire::encode(wire::ReadOpen{}));
  expect("3000 OK open ticket = ");
  channel_.send(wire::encode(wire::ReadData{1}));
  expect(wire::ok_data);
  std::vector<TestRecord> records;
  while (true) {
    const auto received = channel_.receive();
    const auto* packet = std::get_if<Packet>(&received);
    if (packet == nullptr) {
      if (std::holds_alternative<Signal>(received) && std::get<Signal>(received) == Signal::end_of_data)
        break;
      throw Error(ErrorKind::network, "the reading was cut off");
    }
    const auto header = wire::decode_or_throw<wire::RecordHeader>(packet->text(), "record header");
    auto payload = receive();
    if (payload.size() != header.length) throw Error(ErrorKind::corrupt, "wrong length");
    records.push_back({header.file_index, header.stream, std::move(payload)});
  }
  channel_.send(wire::encode(wire::ReadClose{1}));
  expect("3000 OK close Status = ");
  channel_.receive();
  channel_.send(Signal::terminate);
  channel_.flush();
  return records;
}

JobOutcome FakeDirector::back_up(std::uint32_t job_id, const ClientPart& client) {
  return run(job_id, JobType::backup, {}, client);
}

JobOutcome FakeDirector::restore(std::uint32_t job_id, const std::string& bootstrap,
                                 const ClientPart& client) {
  return run(job_id, JobType::restore, bootstrap, client);
}

JobOutcome FakeDirector::run(std::uint32_t job_id, JobType type, const std::string& bootstrap,
                             const ClientPart& client) {
  JobOutcome outcome;
  auto [ours, theirs] = transport::memory_pair();
  if (speaks_extensions) theirs = std::make_unique<transport::ExtendedStream>(std::move(theirs));
  auto storage_end = std::make_unique<Channel>(std::move(theirs));
  std::jthread storage([&] {
    try {
      world_.serve_director(std::move(storage_end));
    } catch (const Error&) {
      // As the server does: the connection is over.
    }
  });
  auto channel = std::make_unique<Channel>(std::move(ours));
  wire::StorageJobCommand command = command_of(job_id, type);
  if (adjust) adjust(command);
  std::jthread client_side;
  auto [client_end, daemon_end] = data_link ? data_link() : transport::memory_pair();
  auto shared_client = std::make_shared<Channel>(std::move(client_end));
  auto daemon_channel =
      std::make_shared<std::unique_ptr<Channel>>(std::make_unique<Channel>(std::move(daemon_end)));
  try {
    begin(outcome, *channel, command);
    client_side = std::jthread([&, shared_client, daemon_channel](std::stop_token stop) {
      world_.bring_client(command.job, std::move(*daemon_channel), stop);
      try {
        FakeClient fake(*shared_client);
        client(fake);
      } catch (const Error&) {
        // The client gives up; what comes of the job is the question.
      }
      hang_up(*shared_client);
    });
    converse(outcome, *channel, command, bootstrap);
  } catch (const std::exception& error) {
    outcome.messages += fmt::format("[director: {}]", error.what());
  }
  channel.reset();
  if (client_side.joinable()) {
    client_side.request_stop();
    shared_client->interrupt();
    client_side.join();
  }
  return outcome;
}

void FakeDirector::converse(JobOutcome& outcome, Channel& channel, const wire::StorageJobCommand& command,
                            const std::string& bootstrap) {
  const bool is_restore = command.type == JobType::restore;
  reserve(outcome, channel, device, !is_restore);
  if (is_restore) order_bootstrap(channel, bootstrap);
  channel.send(wire::run_command);
  channel.flush();
  serve_requests(outcome, channel);
}

void FakeDirector::order_device(Channel& channel, const DeviceUse& use, bool append) {
  channel.send(wire::encode(
      wire::UseStorage{.storage = "File", .media_type = use.media_type, .pool = "Full", .append = append}));
  channel.send(wire::encode(wire::UseDevice{use.device}));
  channel.send(Signal::end_of_data);
  channel.send(Signal::end_of_data);
}

void FakeDirector::reserve(JobOutcome& outcome, Channel& channel, const DeviceUse& use, bool append) {
  order_device(channel, use, append);
  serve_requests(outcome, channel, "3000 OK use device");
}

void FakeDirector::order_bootstrap(Channel& channel, const std::string& bootstrap) {
  channel.send(wire::bootstrap_command);
  channel.send(bootstrap);
  channel.send(Signal::end_of_data);
}

JobOutcome FakeDirector::run_without_client(const wire::StorageJobCommand& command, const Orders& orders) {
  JobOutcome outcome;
  auto [ours, theirs] = transport::memory_pair();
  auto storage_end = std::make_unique<Channel>(std::move(theirs));
  const std::jthread storage([&] {
    try {
      world_.serve_director(std::move(storage_end));
    } catch (const Error&) {
      // As the server does: the connection is over.
    }
  });
  Channel channel(std::move(ours));
  try {
    begin(outcome, channel, command);
    orders(channel, outcome);
    channel.flush();
    serve_requests(outcome, channel);
  } catch (const std::exception& error) {
    outcome.messages += fmt::format("[director: {}]", error.what());
  }
  hang_up(channel);
  return outcome;
}

JobOutcome FakeDirector::copy(const CopyOrder& order) {
  wire::StorageJobCommand command;
  command.job_id = JobId(order.job_id);
  command.job = fmt::format("copy.{}", order.job_id);
  command.job_name = "copy";
  command.client = "none";
  command.type = order.type;
  command.level = order.level;
  return run_without_client(command, [&](Channel& channel, JobOutcome& outcome) {
    order_bootstrap(channel, order.bootstrap);
    serve_requests(outcome, channel, wire::storage::ok_bootstrap);
    reserve(outcome, channel, order.read, false);
    reserve(outcome, channel, order.write, true);
    channel.send(wire::run_command);
  });
}

JobOutcome FakeDirector::listen(std::uint32_t job_id,
                                const std::function<void(const std::string&, const std::string&)>& ready) {
  const wire::StorageJobCommand command = command_of(job_id, JobType::backup);
  return run_without_client(command, [&](Channel& channel, JobOutcome& outcome) {
    reserve(outcome, channel, {}, true);
    channel.send(wire::listen_command);
    channel.flush();
    ready(command.job, outcome.key);
  });
}

JobOutcome FakeDirector::replicate(std::uint32_t job_id, const std::string& bootstrap,
                                   const std::string& writing_job, const std::string& key) {
  wire::StorageJobCommand command;
  command.job_id = JobId(job_id);
  command.job = fmt::format("copy.{}", job_id);
  command.job_name = "copy";
  command.type = JobType::copy;
  return run_without_client(command, [&](Channel& channel, JobOutcome& outcome) {
    order_bootstrap(channel, bootstrap);
    serve_requests(outcome, channel, wire::storage::ok_bootstrap);
    reserve(outcome, channel, {}, false);
    channel.send(wire::encode(wire::Replicate{.job_id = JobId(job_id),
                                              .job = writing_job,
                                              .address = "writer",
                                              .port = 9103,
                                              .ssl = 0,
                                              .authorization = key}));
    channel.send(wire::run_command);
  });
}

void FakeDirector::serve_requests(JobOutcome& outcome, Channel& channel, std::string_view reply) {
  int requests = 0;
  while (true) {
    const auto received = channel.receive();
    if (std::holds_alternative<Signal>(received)) {
      if (std::get<Signal>(received) == Signal::heartbeat) continue;
      return;
    }
    const auto* packet = std::get_if<Packet>(&received);
    if (packet == nullptr) return;
    const std::string text(packet->text());
    if (!reply.empty() && text.starts_with(reply)) return;
    switch (wire::request_kind(text)) {
      case wire::RequestKind::catalog_request:
        if (interference) interference(requests, channel);
        ++requests;
        if (const auto said = answer(outcome, text); !said.empty()) channel.send(said);
        channel.flush();
        break;
      case wire::RequestKind::job_message:
        outcome.messages += wire::decode_or_throw<wire::JobMessage>(text, "message").text;
        break;
      case wire::RequestKind::attributes: {
        const auto update = wire::decode_attributes_update(as_bytes(text)).value();
        outcome.attributes.push_back({update.file_index, update.stream, to_buffer(update.data)});
        break;
      }
      case wire::RequestKind::proof:
        outcome.proof = wire::decode_or_throw<wire::RecordProof>(text, "proof");
        break;
      default:
        if (const auto end = wire::decode<wire::storage::JobEnd>(text)) outcome.end = *end;
    }
  }
}

std::string FakeDirector::answer(JobOutcome& outcome, std::string_view request) {
  if (const auto find = wire::decode<wire::FindMedia>(request)) {
    const auto record = catalog_.find_media(names(find->unwanted));
    return record ? wire::encode(to_line(*record)) : std::string(wire::no_media);
  }
  if (const auto get = wire::decode<wire::GetVolumeInfo>(request)) {
    using Purpose = volumes::VolumeCatalog::Purpose;
    const auto record = catalog_.get_volume(get->volume, get->write ? Purpose::append : Purpose::read);
    return record ? wire::encode(to_line(*record)) : record.error() + "\n";
  }
  if (const auto update = wire::decode<wire::UpdateMedia>(request)) {
    using Relabelled = volumes::VolumeCatalog::Relabelled;
    const auto record = catalog_.update_media(updated(catalog_.copy_of(update->volume), *update),
                                              update->relabel ? Relabelled::yes : Relabelled::no, 0);
    return wire::encode(to_line(record));
  }
  if (const auto media = wire::decode<wire::CreateJobMedia>(request)) {
    const volumes::JobMedia range{.first_index = media->first_index,
                                  .last_index = media->last_index,
                                  .start = std::uint64_t{media->start_file} << 32 | media->start_block,
                                  .end = std::uint64_t{media->end_file} << 32 | media->end_block};
    catalog_.create_job_media(media->media_id, range);
    if (range.first_index != 0) outcome.media.push_back({media->media_id, range});
    return std::string(wire::ok_create_job_media);
  }
  if (wire::decode<wire::UpdateJobRecord>(request) || wire::decode<wire::UpdateFileList>(request)) return {};
  if (wire::decode<wire::DeleteNullJobMedia>(request)) return std::string(wire::ok_delete_null_job_media);
  return wire::encode(wire::InvalidCatalogRequest{std::string(request)});
}

std::string bootstrap_of(const JobOutcome& outcome, const std::string& media_type) {
  std::string text;
  for (const auto& stored : outcome.media) {
    text += fmt::format(
        "Volume=\"V-{:04}\"\nMediaType=\"{}\"\nVolSessionId={}\nVolSessionTime={}\nVolAddr={}-{}\n"
        "FileIndex={}-{}\n",
        stored.media.value, media_type, outcome.session.id, outcome.session.time, stored.range.start,
        stored.range.end, stored.range.first_index, stored.range.last_index);
  }
  return text;
}

}  // namespace holdfast::testing_support
