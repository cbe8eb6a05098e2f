// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <stop_token>

#include "transport/forwarding_stream.h"

namespace holdfast::transport {

/// Interrupts its stream when a stop is requested, until it is disarmed: what lets a handshake be cancelled while
/// the stream passes through many hands.
class StoppableStream final : public ForwardingStream {
 public:
  StoppableStream(std::unique_ptr<ByteStream> stream, std::stop_token stop)
      : ForwardingStream(std::move(stream)),
        interrupt_(std::in_place, std::move(stop), [this] { interrupt(); }) {}

  /// When it returns, a stop has no effect on the stream any more.
  void disarm() { interrupt_.reset(); }

 private:
  std::optional<std::stop_callback<std::function<void()>>> interrupt_;
};

}  // namespace holdfast::transport
