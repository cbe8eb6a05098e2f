// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/client/storage_double.h"

#include "base/error.h"
#include "testing/transport/memory_stream.h"
#include "wire/client_to_storage.h"

namespace holdfast::testing_support {

using transport::Channel;
using transport::Packet;
using wire::Signal;

StorageDouble::~StorageDouble() {
  for (const auto& connection : connections_) connection->channel->interrupt();
}

std::unique_ptr<Channel> StorageDouble::connect() {
  auto [ours, theirs] = transport::memory_pair();
  auto connection = std::make_unique<Connection>();
  connection->channel = std::make_unique<Channel>(std::move(ours));
  connection->thread = std::jthread([this, channel = connection->channel.get()] { serve(*channel); });
  connections_.push_back(std::move(connection));
  return std::make_unique<Channel>(std::move(theirs));
}

void StorageDouble::wait() {
  for (const auto& connection : connections_)
    if (connection->thread.joinable()) connection->thread.join();
}

void StorageDouble::serve(Channel& channel) {
  try {
    for (;;) {
      const auto received = channel.receive();
      if (std::holds_alternative<transport::Closed>(received)) break;
      if (const auto* packet = std::get_if<Packet>(&received)) {
        answer(channel, std::string(packet->text()));
      } else if (std::get<Signal>(received) == Signal::terminate) {
        terminated = true;
        break;
      }
    }
    channel.close();
  } catch (const Error&) {
    // The File Daemon is gone, or shall think that of us; tests look at what came before.
    channel.stream().close();
  }
}

void StorageDouble::answer(Channel& channel, std::string_view command) {
  if (command == wire::append_open || command.starts_with("read open")) {
    channel.send(wire::encode(wire::OpenReply{7}));
  } else if (command == "append data 7\n") {
    channel.send(wire::ok_data);
    take_data(channel);
  } else if (command == "append end session 7\n") {
    channel.send(wire::ok_append_end);
  } else if (command == "read data 7\n") {
    channel.send(wire::ok_data);
    give_data(channel);
  } else {
    channel.send(wire::encode(wire::CloseReply{JobStatus::terminated}));
    channel.send(Signal::end_of_data);
    confirmed = command.starts_with("append close");
  }
}

void StorageDouble::take_data(Channel& channel) {
  records.clear();
  confirmed = false;
  wire::StreamHeader header;
  for (bool in_stream = false;;) {
    const auto received = channel.receive();
    if (std::holds_alternative<transport::Closed>(received)) return;
    if (const auto* packet = std::get_if<Packet>(&received)) {
      if (mood_ == Mood::hangs_up_on_data) throw Error(ErrorKind::network, "as the test wants it");
      if (mood_ == Mood::refuses_data) break;
      if (in_stream) {
        records.push_back({header.file_index, header.stream, std::string(packet->text())});
      } else {
        header = wire::decode_or_throw<wire::StreamHeader>(packet->text(), "stream header");
        in_stream = true;
      }
    } else if (in_stream) {
      in_stream = false;
    } else {
      break;
    }
  }
  if (mood_ == Mood::says_nothing_more) return;
  channel.send(mood_ == Mood::refuses_data ? wire::append_data_error : wire::ok_append_data);
  channel.flush();
}

void StorageDouble::give_data(Channel& channel) {
  for (const StoredRecord& record : records) {
    const auto length = static_cast<std::uint32_t>(record.data.size());
    channel.send(
        wire::encode(wire::RecordHeader{{1, 1'795'384'262}, record.file_index, record.stream, length}));
    channel.send(record.data);
  }
  channel.send(Signal::end_of_data);
}

}  // namespace holdfast::testing_support
