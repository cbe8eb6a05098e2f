// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>

#include "base/guarded.h"
#include "transport/allowance.h"
#include "transport/forwarding_stream.h"

namespace holdfast::transport {

/// Keeps what it reads and writes together within a bandwidth (interop 01, section 14). To limit a channel that
/// is open already: Channel(std::make_unique<LimitedStream>(channel.detach(), limit)).
class LimitedStream final : public ForwardingStream {
 public:
  LimitedStream(std::unique_ptr<ByteStream> inner, Bandwidth limit);

  /// From now on; any thread.
  void set_limit(Bandwidth limit);

  std::size_t read(MutableBytes into) override;
  void write(Bytes data) override;
  void interrupt() noexcept override;

 private:
  struct State {
    Allowance allowance;
    bool interrupted = false;
  };

  void wait_for(std::size_t bytes);

  Guarded<State> state_;
};

}  // namespace holdfast::transport
