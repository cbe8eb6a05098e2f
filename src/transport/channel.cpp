// SPDX-License-Identifier: AGPL-3.0-or-later
#include "transport/channel.h"

#include <atomic>
#include <cstring>
#include <mutex>
#include <thread>

#include "base/endian.h"
#include "base/error.h"
#include "transport/peeked_stream.h"

namespace holdfast::transport {

namespace {

constexpr std::size_t header_size = wire::packet_header_size;
constexpr std::size_t gathered_at_most = 256 * 1024;
// From here on a payload goes into the stream with what was gathered before it, without being copied there.
constexpr std::size_t large_payload = 32 * 1024;
constexpr std::size_t usual_input_size = 256 * 1024;
constexpr std::size_t largest_packet = header_size + static_cast<std::size_t>(wire::max_received_payload);
constexpr std::size_t largest_sent = static_cast<std::size_t>(wire::max_sent_payload);

/// Bytes received and not yet taken. Reads are as large as the room in it.
class InputBuffer {
 public:
  Bytes unread() const { return {memory_.get() + begin_, end_ - begin_}; }

  Bytes take(std::size_t count) {
    const Bytes taken = unread().first(count);
    begin_ += count;
    return taken;
  }

  /// Room for more, such that `wanted` unread bytes fit in all. What was taken before is lost.
  MutableBytes room_for(std::size_t wanted) {
    if (begin_ == end_) begin_ = end_ = 0;
    if (begin_ + wanted > size_) make_room(wanted);
    return {memory_.get() + end_, size_ - end_};
  }

  void added(std::size_t count) { end_ += count; }

 private:
  void make_room(std::size_t wanted) {
    const Bytes kept = unread();
    if (wanted <= size_) {
      std::memmove(memory_.get(), kept.data(), kept.size());
    } else {
      const std::size_t size = wanted <= usual_input_size ? usual_input_size : largest_packet;
      auto larger = std::make_unique_for_overwrite<std::byte[]>(size);
      if (!kept.empty()) std::memcpy(larger.get(), kept.data(), kept.size());
      memory_ = std::move(larger);
      size_ = size;
    }
    begin_ = 0;
    end_ = kept.size();
  }

  std::unique_ptr<std::byte[]> memory_;
  std::size_t size_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace

class Channel::Implementation {
 public:
  explicit Implementation(std::unique_ptr<ByteStream> stream) : stream_(std::move(stream)) {}

  void send_parts(std::initializer_list<Bytes> parts) {
    std::size_t size = 0;
    for (const Bytes part : parts) size += part.size();
    if (size > largest_sent)
      throw Error(ErrorKind::internal, "a packet of {} bytes is too large to send", size);
    const std::lock_guard lock(output_mutex_);
    throw_if_unusable();
    put_header(static_cast<std::int32_t>(size));
    for (const Bytes part : parts) put(part);
    written_by_this_thread();
  }

  void send_signal(wire::Signal signal) {
    const std::lock_guard lock(output_mutex_);
    throw_if_unusable();
    put_header(static_cast<std::int32_t>(signal));
    written_by_this_thread();
  }

  void flush() {
    const std::lock_guard lock(output_mutex_);
    throw_if_unusable();
    write_out();
  }

  Received receive() {
    if (dead_) return Closed{};
    if (!fill(header_size)) return Closed{};
    const auto length = load<std::int32_t>(input_.unread().data());
    if (length > wire::max_received_payload) throw_too_long(length);
    if (length < 0) return take_signal(length);
    const auto size = static_cast<std::size_t>(length);
    if (!fill(header_size + size)) return Closed{};
    return Packet{input_.take(header_size + size).subspan(header_size)};
  }

  bool is_dead() const { return dead_; }

  void close() {
    if (!dead_) flush();
    dead_ = true;
    stream_->close();
  }

  ByteStream& stream() { return *stream_; }

  std::unique_ptr<ByteStream> detach() {
    flush();
    dead_ = true;
    return with_bytes_in_front(input_.unread(), std::move(stream_));
  }

 private:
  void put_header(std::int32_t length) {
    std::byte header[header_size];
    store(header, length);
    put(header);
  }

  void put(Bytes bytes) {
    if (bytes.size() >= large_payload) return pass_on(bytes);
    if (output_.size() + bytes.size() > gathered_at_most) write_out();
    if (output_.capacity() == 0) output_.reserve(gathered_at_most);
    append(output_, bytes);
  }

  /// What was gathered and `more` behind it, of which the stream may keep some. After a failure it may have taken half a
  /// packet.
  void pass_on(Bytes more) {
    const Bytes pieces[] = {output_, more};
    output_broken_ = true;
    stream_->gather_pieces(pieces);
    output_broken_ = false;
    output_.clear();
    stream_gathers_ = true;
  }

  void write_out() {
    if (has_gathered()) {
      output_broken_ = true;
      stream_->write(output_);
      output_broken_ = false;
    }
    output_.clear();
    stream_gathers_ = false;
    writer_ = std::thread::id();
  }

  bool has_gathered() const { return stream_gathers_ || !output_.empty(); }

  void written_by_this_thread() { writer_ = has_gathered() ? std::this_thread::get_id() : std::thread::id(); }

  void throw_if_unusable() const {
    if (dead_ || output_broken_) throw Error(ErrorKind::network, "connection is closed");
  }

  // Somebody else's packets are flushed by that thread: waiting here for a lock it may hold while the peer does
  // not read, would keep us from reading.
  void flush_own() {
    if (writer_ == std::this_thread::get_id()) flush();
  }

  /// Until `wanted` bytes are unread; false at the end of the stream.
  bool fill(std::size_t wanted) {
    if (input_.unread().size() >= wanted) return true;
    flush_own();
    while (input_.unread().size() < wanted) {
      const std::size_t count = stream_->read(input_.room_for(wanted));
      if (count == 0) return end_of_stream();
      input_.added(count);
    }
    return true;
  }

  bool end_of_stream() {
    dead_ = true;
    if (input_.unread().empty()) return false;
    throw Error(ErrorKind::network, "{} hung up in the middle of a packet", stream_->peer());
  }

  Received take_signal(std::int32_t number) {
    input_.take(header_size);
    const auto signal = static_cast<wire::Signal>(number);
    if (signal == wire::Signal::terminate) dead_ = true;
    return signal;
  }

  [[noreturn]] void throw_too_long(std::int32_t length) {
    dead_ = true;
    throw Error(ErrorKind::invalid, "{} announced a packet of {} bytes; at most {} are allowed",
                stream_->peer(), length, wire::max_received_payload);
  }

  std::unique_ptr<ByteStream> stream_;
  std::atomic<bool> dead_ = false;

  InputBuffer input_;

  std::mutex output_mutex_;
  Buffer output_;
  bool output_broken_ = false;
  bool stream_gathers_ = false;  // and may keep what was passed on to it
  // Who sent the last packet that may not be on its way yet; nobody where all are.
  std::atomic<std::thread::id> writer_;
};

Channel::Channel(std::unique_ptr<ByteStream> stream)
    : self_(std::make_unique<Implementation>(std::move(stream))) {}

Channel::~Channel() = default;

void Channel::send(Bytes payload) {
  do {
    const Bytes part = payload.first(std::min(payload.size(), largest_sent));
    self_->send_parts({part});
    payload = payload.subspan(part.size());
  } while (!payload.empty());
}

void Channel::send(wire::Signal signal) { self_->send_signal(signal); }
void Channel::send_parts(std::initializer_list<Bytes> parts) { self_->send_parts(parts); }
void Channel::flush() { self_->flush(); }
Received Channel::receive() { return self_->receive(); }
bool Channel::is_dead() const { return self_->is_dead(); }
void Channel::set_timeout(std::chrono::milliseconds limit) { stream().set_timeout(limit); }
void Channel::set_deadline(Deadline deadline) { stream().set_deadline(deadline); }
void Channel::interrupt() noexcept { self_->stream().interrupt(); }
void Channel::close() { self_->close(); }
ByteStream& Channel::stream() { return self_->stream(); }
std::unique_ptr<ByteStream> Channel::detach() { return self_->detach(); }

}  // namespace holdfast::transport
