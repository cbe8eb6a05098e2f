// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/storage_link.h"

#include "base/error.h"
#include "base/text.h"
#include "format/xattr_stream.h"
#include "wire/client_to_storage.h"
#include "wire/job_messages.h"

namespace holdfast::client {

using transport::Channel;
using transport::Packet;
using wire::Signal;

namespace {
constexpr std::string_view who = "Storage daemon";

using Reply = std::optional<std::string_view>;

std::string shown(Reply reply) {
  return reply ? "\"" + printable(trim(*reply)) + "\"" : std::string("the end of the connection");
}

[[noreturn]] void bad_reply(std::string_view command, Reply reply) {
  throw Error(ErrorKind::network, "Bad response from {} to {}: {}", who, trim(command), shown(reply));
}
}  // namespace

/// Listens while records are sent. Before the last of them the Storage Daemon has nothing to say but that it
/// failed; whatever it says, or its hanging up, is kept as the reply, and ends the sending.
class StorageLink::ReplyWatch {
 public:
  explicit ReplyWatch(StorageLink& link) : thread_([this, &link] { listen(link); }) {}

  /// Call it before the end of the data is sent: from then on a reply is what we wait for.
  void all_sent() { sending_ = false; }
  bool came_early() const { return came_early_; }
  /// Waits for it. Throws what receiving threw.
  std::optional<std::string> reply() {
    thread_.join();
    if (failure_) std::rethrow_exception(failure_);
    return reply_;
  }

 private:
  void listen(StorageLink& link) {
    try {
      if (const auto packet = patient_packet(link)) reply_ = *packet;
    } catch (...) {
      failure_ = std::current_exception();
    }
    if (!sending_) return;
    came_early_ = true;
    link.channel_->interrupt();
  }

  /// While data flows, nothing has to be heard of the Storage Daemon, for however long; a blocked write is another thing.
  Reply patient_packet(StorageLink& link) {
    for (;;) {
      const bool may_be_silent = sending_;
      try {
        return link.next_packet();
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::timeout || !may_be_silent) throw;
      }
    }
  }

  std::optional<std::string> reply_;
  std::exception_ptr failure_;
  std::atomic<bool> sending_ = true;
  std::atomic<bool> came_early_ = false;
  std::jthread thread_;
};

static_assert(format::max_xattr_payload <= static_cast<std::size_t>(wire::max_sent_payload));

/// Records as packets (interop 02, section 8.2).
class StorageLink::Sink final : public archive::RecordSink {
 public:
  Sink(Channel& channel, const Bandwidth& bandwidth, stream::RecordTally& tally)
      : channel_(channel), throttle_(bandwidth), tally_(tally) {}

  void begin(std::int32_t file_index, format::StreamId stream) override {
    file_index_ = file_index;
    stream_ = format::number(stream);
    header_.clear();
    wire::encode_to(header_, wire::StreamHeader{file_index, stream_, 0});
    channel_.send(header_);
  }
  void data(Bytes record) override {
    if (record.size() > static_cast<std::size_t>(wire::max_sent_payload))
      throw Error(ErrorKind::internal, "a record of {} bytes does not fit into a packet", record.size());
    channel_.send(record);
    tally_.add(file_index_, stream_, record);
    throttle_.passed(record.size());
  }
  void end() override { channel_.send(Signal::end_of_data); }

 private:
  Channel& channel_;
  Throttle throttle_;
  stream::RecordTally& tally_;
  std::int32_t file_index_ = 0;
  std::int32_t stream_ = 0;
  std::string header_;  // kept for its memory
};

StorageLink::StorageLink(std::unique_ptr<Channel> channel, std::chrono::milliseconds patience,
                         std::stop_token stop)
    : channel_(std::move(channel)),
      interrupt_(std::move(stop), [open = channel_.get()] { open->interrupt(); }) {
  channel_->set_timeout(patience);
}

StorageLink::~StorageLink() = default;

void StorageLink::append(const Bandwidth& bandwidth, stream::RecordTally& tally,
                         const std::function<void(archive::RecordSink&)>& produce) {
  const std::uint32_t ticket = open_session(std::string(wire::append_open));
  expect(wire::encode(wire::AppendData{ticket}), wire::ok_data);

  ReplyWatch watch(*this);
  try {
    Sink sink(*channel_, bandwidth, tally);
    produce(sink);
    watch.all_sent();
    channel_->send(Signal::end_of_data);
    channel_->flush();
  } catch (const Error& error) {
    const bool is_of_connection = error.kind() == ErrorKind::network || error.kind() == ErrorKind::cancelled;
    channel_->interrupt();
    // Why the Storage Daemon stopped taking data is worth more than that a write failed. But what fails here, a plugin
    // for one, has nothing to do with it: then it was our interruption that ended the watch.
    if (is_of_connection && watch.came_early()) bad_reply("append data", watch.reply());
    throw;
  } catch (...) {
    channel_->interrupt();
    throw;
  }
  const auto reply = watch.reply();
  if (!reply || *reply != wire::ok_append_data) bad_reply("append data", reply);

  expect(wire::encode(wire::AppendEnd{ticket}), wire::ok_append_end);
  const std::string close = wire::encode(wire::AppendClose{ticket});
  const std::string closed = reply_to(close);
  const auto result = wire::decode<wire::CloseReply>(closed);
  if (!result) bad_reply(close, closed);
  if (result->status != JobStatus::terminated && result->status != JobStatus::warnings)
    throw Error(ErrorKind::network, "Bad status {} returned from Storage Daemon.",
                static_cast<int>(result->status));
}

void StorageLink::read(VolumeSession session, const Bandwidth& bandwidth,
                       const std::function<void(const archive::RecordHead&, Bytes)>& consume) {
  const std::uint32_t ticket = open_session(wire::encode(wire::ReadOpen{.session = session}));
  expect(wire::encode(wire::ReadData{ticket}), wire::ok_data);
  Throttle throttle(bandwidth);
  while (const auto header = next_packet()) {
    const auto record = wire::decode<wire::RecordHeader>(*header);
    if (!record) throw Error(ErrorKind::network, "Record header scan error: {}", record.error().reason);
    const auto data = next_packet();
    if (!data) throw Error(ErrorKind::network, "Record header without data from {}", who);
    if (data->size() != record->length)
      throw Error(ErrorKind::network, "Actual data size {} not same as header {}", data->size(),
                  record->length);
    consume({record->session, record->file_index, record->stream}, as_bytes(*data));
    throttle.passed(record->length);
  }
  if (channel_->is_dead()) throw Error(ErrorKind::network, "{} hung up before the end of the data", who);
  // The peer reads one packet and does not look at it; neither does it matter to us.
  channel_->send(wire::encode(wire::ReadClose{ticket}));
  next_packet();
}

void StorageLink::end() noexcept {
  try {
    if (!channel_->is_dead()) channel_->send(Signal::terminate);
    channel_->close();
  } catch (const std::exception&) {
    // Both sides have said what they had to say; the peer has a deadline of its own.
  }
}

std::string StorageLink::peer() const { return channel_->stream().peer(); }
std::string StorageLink::encryption() const { return channel_->stream().encryption(); }
bool StorageLink::speaks_extensions() const { return channel_->stream().speaks_extensions(); }

std::uint32_t StorageLink::open_session(const std::string& command) {
  const std::string reply = reply_to(command);
  const auto opened = wire::decode<wire::OpenReply>(reply);
  if (!opened) bad_reply(command, reply);
  return opened->ticket;
}

void StorageLink::expect(const std::string& command, std::string_view reply) {
  const std::string found = reply_to(command);
  if (found != reply) bad_reply(command, found);
}

std::string StorageLink::reply_to(const std::string& command) {
  channel_->send(command);
  const auto reply = next_packet();
  if (!reply) bad_reply(command, reply);
  return std::string(*reply);
}

std::optional<std::string_view> StorageLink::next_packet() {
  for (;;) {
    const auto received = channel_->receive();
    if (const auto* packet = std::get_if<Packet>(&received)) return packet->text();
    const auto* signal = std::get_if<Signal>(&received);
    if (signal == nullptr || *signal == Signal::terminate || *signal == Signal::end_of_data)
      return std::nullopt;
    if (*signal == Signal::poll || *signal == Signal::end_of_data_poll) channel_->send(wire::daemon_alive);
    if (*signal == Signal::status) {
      channel_->send(wire::status_alive);
      channel_->send(Signal::end_of_data);
    }
    channel_->flush();
  }
}

}  // namespace holdfast::client
