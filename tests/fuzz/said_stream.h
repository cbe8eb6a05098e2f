// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

#include "base/endian.h"
#include "transport/byte_stream.h"

namespace holdfast::fuzz {

/// A peer that says `bytes`, in pieces of at most `piece`, and then ends, whatever it hears.
class SaidStream final : public transport::ByteStream {
 public:
  explicit SaidStream(Buffer bytes, std::size_t piece = SIZE_MAX) : bytes_(std::move(bytes)), piece_(piece) {}

  std::function<void()> before_read;
  /// Takes what is said to the peer; may be empty.
  std::function<void(std::string_view)> heard;

  std::size_t read(MutableBytes into) override {
    if (before_read) before_read();
    const std::size_t count = std::min({into.size(), bytes_.size() - at_, piece_});
    if (count > 0) std::memcpy(into.data(), bytes_.data() + at_, count);
    at_ += count;
    return count;
  }
  void write(Bytes bytes) override {
    if (heard) heard(as_text(bytes));
  }
  void set_timeout(std::chrono::milliseconds) override {}
  void set_deadline(transport::Deadline) override {}
  void interrupt() noexcept override {}
  bool has_peer_hung_up() const override { return at_ == bytes_.size(); }
  void close() override {}
  std::string peer() const override { return "fuzzer"; }
  std::string encryption() const override { return "None"; }

 private:
  const Buffer bytes_;
  const std::size_t piece_;
  std::size_t at_ = 0;
};

// Conversations as inputs: packets that end with 0xFF, which their texts do not hold, so that lengths stay right
// whatever the fuzzer changes. 0xFE and a byte n is the signal -n.
inline constexpr auto packet_end = std::byte{0xFF};
inline constexpr auto signal_mark = std::byte{0xFE};
/// Between what two peers of the same program say.
inline constexpr auto peer_end = std::byte{0xFD};

/// Takes the input up to `end`, which is taken as well.
inline Bytes take_until(Bytes& input, std::byte end) {
  const auto length = static_cast<std::size_t>(std::find(input.begin(), input.end(), end) - input.begin());
  const Bytes taken = input.first(length);
  input = input.subspan(std::min(length + 1, input.size()));
  return taken;
}

/// What travels when this is said.
inline Buffer framed_packets(Bytes said) {
  Buffer bytes;
  ByteWriter to(bytes);
  while (!said.empty()) {
    const Bytes packet = take_until(said, packet_end);
    if (packet.size() == 2 && packet[0] == signal_mark) {
      to.put(-static_cast<std::int32_t>(packet[1]));
    } else {
      to.put(static_cast<std::int32_t>(packet.size()));
      to.put_bytes(packet);
    }
  }
  return bytes;
}

}  // namespace holdfast::fuzz
