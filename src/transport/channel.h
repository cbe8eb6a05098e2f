// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string_view>
#include <variant>

#include "base/bytes.h"
#include "transport/byte_stream.h"
#include "wire/signal.h"

namespace holdfast::transport {

/// The peer ended the connection in an orderly way, without a TERMINATE signal.
struct Closed {};

/// A data packet. The bytes are valid until the next receive() on the same channel.
struct Packet {
  Bytes bytes;
  std::string_view text() const { return as_text(bytes); }
};

using Received = std::variant<Packet, wire::Signal, Closed>;

/// Packets on a byte stream (interop 01, section 1). One thread may receive while others send; a packet is
/// never mixed with another.
///
/// Sent packets are gathered and go out in large writes: when the buffer is full, at flush(), and before
/// receive() of the same thread would block, so that a conversation written as straight code cannot stall.
/// Where one thread only sends and another only receives, the sender flushes.
class Channel {
 public:
  explicit Channel(std::unique_ptr<ByteStream> stream);
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// A payload over wire::max_sent_payload is cut into several packets, as the peer does.
  void send(Bytes payload);
  void send(std::string_view text) { send(as_bytes(text)); }
  void send(wire::Signal signal);
  /// One packet made of several parts, without joining them first. All together at most max_sent_payload.
  void send_parts(std::initializer_list<Bytes> parts);
  void flush();

  /// The next packet or signal, whatever it is; flushes first when it has to wait for the peer.
  /// Throws Error{invalid} for a length over wire::max_received_payload, after which the channel is dead.
  Received receive();

  /// After TERMINATE was received, or the stream ended, nothing can be sent or received any more.
  bool is_dead() const;

  void set_timeout(std::chrono::milliseconds limit);
  void set_deadline(Deadline deadline);
  void interrupt() noexcept;
  /// Flushes and closes in an orderly way.
  void close();

  ByteStream& stream();

  /// Flushes and gives the stream back, with what was read of it too early in front. The channel is dead
  /// then.
  std::unique_ptr<ByteStream> detach();

 private:
  class Implementation;
  std::unique_ptr<Implementation> self_;
};

}  // namespace holdfast::transport
