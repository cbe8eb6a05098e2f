// SPDX-License-Identifier: AGPL-3.0-or-later
#include "storage/replication.h"

#include "base/error.h"
#include "base/text.h"
#include "transport/configured.h"
#include "wire/client_to_storage.h"

namespace holdfast::storage {

using transport::Packet;
using wire::Signal;

std::unique_ptr<transport::Channel> connect_to_writer(const StorageContext& context, StorageJob& job,
                                                      const wire::Replicate& command) {
  const auto configuration = context.configuration();
  const auto& own = configuration->storage();
  const transport::Introduction who{
      .conversation = transport::Conversation::job_between_storages,
      .name = own.name,
      .job = command.job,
      .key = command.authorization,
      .policy = transport::tls_policy(own.tls.enable, own.tls.require),
      .first = command.ssl == 4 ? transport::FirstBytes::tls : transport::FirstBytes::cleartext,
      .tls = nullptr,
      .host = command.address,
      .times = {}};
  const transport::Reach reach{.port = command.port,
                               .give_up_after = own.fd_connect_timeout,
                               .heartbeat = own.heartbeat_interval,
                               .source = {}};
  return context.connect(who, reach, job.stop_token()).channel;
}

std::string Replication::ask(std::string_view request) {
  if (!request.empty()) writer_.send(request);
  writer_.flush();
  while (true) {
    const auto received = writer_.receive();
    if (const auto* packet = std::get_if<Packet>(&received)) return std::string(packet->text());
    const auto* signal = std::get_if<Signal>(&received);
    if (signal != nullptr && (*signal == Signal::heartbeat || *signal == Signal::heartbeat_response))
      continue;
    throw Error(ErrorKind::network, "the writing Storage daemon hung up");
  }
}

void Replication::expect(std::string_view request, std::string_view wanted) {
  const auto reply = ask(request);
  if (reply == wanted) return;
  throw Error(ErrorKind::refused, "The writing Storage daemon refused: {}", printable(trim(reply)));
}

void Replication::begin() {
  const auto reply = ask(wire::start_replicate);
  const auto started = wire::decode<wire::StartReplicateReply>(reply);
  if (!started) {
    throw Error(ErrorKind::refused, "The writing Storage daemon refused: {}", printable(trim(reply)));
  }
  expect(wire::encode(wire::ReplicateData{started->ticket}), wire::ok_data);
}

void Replication::record(const format::Record& record, const volumes::Block&) {
  if (record.payload.size() > static_cast<std::size_t>(wire::max_sent_payload)) {
    throw Error(ErrorKind::unsupported, "a record of file {} has {} bytes, more than a packet can carry",
                record.file_index, record.payload.size());
  }
  const bool is_next_file = record.session != session_ || record.file_index != file_index_;
  if (is_next_file || record.stream != stream_) {
    if (stream_ != 0) writer_.send(Signal::end_of_data);
    session_ = record.session;
    file_index_ = record.file_index;
    stream_ = record.stream;
    head_ = wire::encode(wire::StreamHeader{.file_index = file_index_, .stream = stream_, .unused = 0});
    writer_.send(head_);
    if (is_next_file) ++totals_.files;
  }
  writer_.send(record.payload);
  totals_.bytes += record.payload.size();
}

void Replication::end() {
  if (stream_ != 0) writer_.send(Signal::end_of_data);
  writer_.send(Signal::end_of_data);
  expect({}, wire::ok_replicate_data);
  expect(wire::end_replicate, wire::ok_end_replicate);
  writer_.send(Signal::terminate);
  writer_.flush();
}

}  // namespace holdfast::storage
