// SPDX-License-Identifier: AGPL-3.0-or-later
#include "storage/client_dialogue.h"

#include <fmt/core.h>

#include "base/error.h"
#include "base/text.h"
#include "wire/client_to_storage.h"

namespace holdfast::storage {
namespace {

using transport::Packet;
using wire::Signal;

constexpr std::string_view no_error_reply;

/// Sends records to a restoring client. Packets are gathered by the channel.
class RecordSender final : public volumes::RecordVisitor {
 public:
  explicit RecordSender(transport::Channel& client) : client_(client) {}

  void record(const format::Record& record, const volumes::Block&) override {
    if (record.payload.size() > static_cast<std::size_t>(wire::max_sent_payload)) {
      throw Error(ErrorKind::unsupported, "a record of file {} has {} bytes, more than a packet can carry",
                  record.file_index, record.payload.size());
    }
    head_.clear();
    encode_to(head_, wire::RecordHeader{.session = record.session,
                                        .file_index = record.file_index,
                                        .stream = record.stream,
                                        .length = static_cast<std::uint32_t>(record.payload.size())});
    client_.send(head_);
    client_.send(record.payload);
  }

 private:
  transport::Channel& client_;
  std::string head_;
};

}  // namespace

const ClientDialogue::Command ClientDialogue::commands[] = {
    {"append open session", &ClientDialogue::open_append},
    {"append data", &ClientDialogue::append_data},
    {"append end session", &ClientDialogue::end_append},
    {"append close session", &ClientDialogue::close_append},
    {"start replicate", &ClientDialogue::start_replicate},
    {"replicate data", &ClientDialogue::replicate_data},
    {"end replicate", &ClientDialogue::end_replicate},
    {"read open session", &ClientDialogue::open_read},
    {"read data", &ClientDialogue::read_data},
    {"read close session", &ClientDialogue::close_read},
};

ClientDialogue::ClientDialogue(const StorageContext& context, StorageJob& job, transport::Channel& client,
                               AppendRun* append, ReadRun* read)
    : context_(context), job_(job), client_(client), append_(append), read_(read) {}

void ClientDialogue::run() {
  while (true) {
    const auto received = client_.receive();
    // A Storage Daemon may close its last stream and its list of streams once more than needed.
    const auto* signal = std::get_if<Signal>(&received);
    if (is_replicating_ && signal != nullptr && *signal == Signal::end_of_data) continue;
    const auto* packet = std::get_if<Packet>(&received);
    if (packet == nullptr) return;
    if (serve(packet->text()) == Next::end) return;
  }
}

ClientDialogue::Next ClientDialogue::serve(std::string_view text) {
  for (const auto& command : commands) {
    if (text.starts_with(command.prefix)) return (this->*command.handler)();
  }
  return refuse(wire::invalid_data_command);
}

ClientDialogue::Next ClientDialogue::refuse(std::string_view reply) {
  try {
    if (!reply.empty()) client_.send(reply);
    client_.send(Signal::terminate);
    client_.flush();
  } catch (const Error&) {
    // The client is gone; why we refuse is told to the Director.
  }
  return Next::end;
}

ClientDialogue::Next ClientDialogue::open_append() {
  if (is_open_ || append_ == nullptr) return refuse(wire::session_already_open);
  is_open_ = true;
  client_.send(encode(wire::OpenReply{job_.session().id}));
  return Next::go_on;
}

ClientDialogue::Next ClientDialogue::append_data() {
  if (!is_open_ || append_ == nullptr) return refuse(wire::session_not_open);
  if (!may_begin_data()) return refuse(wire::append_data_error);
  receive_all(wire::append_data_error);
  client_.send(wire::ok_append_data);
  return Next::go_on;
}

void ClientDialogue::receive_all(std::string_view error_reply) {
  try {
    // Without just in time the device must be ready before the client may send.
    if (!context_.configuration()->storage().just_in_time_reservation) append_->acquire();
    client_.send(wire::ok_data);
    receive_streams();
  } catch (...) {
    refuse(error_reply);
    throw;
  }
}

ClientDialogue::Next ClientDialogue::start_replicate() {
  if (is_open_ || append_ == nullptr) return refuse(wire::replicate_already_open);
  is_open_ = is_replicating_ = true;
  client_.send(encode(wire::StartReplicateReply{job_.session().id}));
  return Next::go_on;
}

ClientDialogue::Next ClientDialogue::replicate_data() {
  if (!is_replicating_) return refuse(wire::replicate_not_open);
  if (!may_begin_data()) return refuse(wire::replicate_data_error);
  receive_all(wire::replicate_data_error);
  client_.send(wire::ok_replicate_data);
  return Next::go_on;
}

ClientDialogue::Next ClientDialogue::end_replicate() {
  if (!is_replicating_) return refuse(wire::replicate_not_open);
  is_complete_ = true;
  client_.send(wire::ok_end_replicate);
  return Next::go_on;
}

void ClientDialogue::receive_streams() {
  while (true) {
    const auto received = client_.receive();
    if (const auto* signal = std::get_if<Signal>(&received)) {
      if (*signal == Signal::end_of_data) return;
      if (*signal == Signal::heartbeat || *signal == Signal::heartbeat_response) continue;
      throw Error(ErrorKind::invalid, "unexpected signal {} from the client", static_cast<int>(*signal));
    }
    const auto* packet = std::get_if<Packet>(&received);
    if (packet == nullptr) throw Error(ErrorKind::network, "the client hung up while sending data");
    const auto header = wire::decode<wire::StreamHeader>(packet->text());
    if (!header) {
      throw Error(ErrorKind::invalid, "Malformed data header from FD: {}",
                  printable(packet->text().substr(0, 100)));
    }
    receive_stream(checked_index(header->file_index), header->stream);
  }
}

std::int32_t ClientDialogue::checked_index(std::int32_t file_index) {
  const bool may_start_anywhere = job_.command().rerunning && last_index_ == 0;
  const bool is_next = file_index == last_index_ || file_index == last_index_ + 1;
  if (file_index <= 0 || !(is_next || may_start_anywhere)) {
    throw Error(ErrorKind::invalid, "FileIndex={} from FD not positive or sequential={}", file_index,
                last_index_);
  }
  return last_index_ = file_index;
}

void ClientDialogue::receive_stream(std::int32_t file_index, std::int32_t stream) {
  if (stream <= 0) throw Error(ErrorKind::invalid, "stream {} from FD is not positive", stream);
  while (true) {
    const auto received = client_.receive();
    if (const auto* signal = std::get_if<Signal>(&received)) {
      if (*signal == Signal::end_of_data) return;
      if (*signal == Signal::heartbeat || *signal == Signal::heartbeat_response) continue;
      throw Error(ErrorKind::invalid, "unexpected signal {} from the client", static_cast<int>(*signal));
    }
    const auto* packet = std::get_if<Packet>(&received);
    if (packet == nullptr) throw Error(ErrorKind::network, "the client hung up while sending data");
    if (packet->bytes.size() > format::max_written_record) {
      throw Error(ErrorKind::invalid, "a record of file {} has {} bytes; it could not be restored",
                  file_index, packet->bytes.size());
    }
    append_->record(file_index, stream, packet->bytes);
  }
}

ClientDialogue::Next ClientDialogue::end_append() {
  if (!is_open_) return refuse(wire::session_not_open);
  client_.send(wire::ok_append_end);
  return Next::go_on;
}

ClientDialogue::Next ClientDialogue::close_append() {
  if (!is_open_) return refuse(wire::session_not_open);
  is_open_ = false;
  is_complete_ = true;
  const auto status = job_.progress().status;
  client_.send(encode(wire::CloseReply{is_stopped(status) ? status : JobStatus::terminated}));
  client_.send(Signal::end_of_data);
  return Next::go_on;
}

ClientDialogue::Next ClientDialogue::open_read() {
  if (is_open_ || read_ == nullptr) return refuse(wire::session_already_open);
  is_open_ = true;
  client_.send(encode(wire::OpenReply{job_.session().id}));
  return Next::go_on;
}

ClientDialogue::Next ClientDialogue::read_data() {
  if (!is_open_ || read_ == nullptr) return refuse(wire::session_not_open);
  if (!may_begin_data()) return refuse(wire::read_error);
  try {
    read_->open();
  } catch (...) {
    refuse(wire::read_error);
    throw;
  }
  try {
    client_.send(wire::ok_data);
    client_.flush();
    RecordSender sender(client_);
    read_->read_all(sender);
    client_.send(Signal::end_of_data);
    client_.flush();
  } catch (...) {
    refuse(no_error_reply);
    throw;
  }
  read_->release();
  return Next::go_on;
}

ClientDialogue::Next ClientDialogue::close_read() {
  if (!is_open_) return refuse(wire::session_not_open);
  is_open_ = false;
  is_complete_ = true;
  client_.send(encode(wire::CloseReply{job_.progress().status}));
  client_.send(Signal::end_of_data);
  return Next::go_on;
}

}  // namespace holdfast::storage
