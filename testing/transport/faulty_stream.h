// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <atomic>
#include <limits>
#include <memory>

#include "transport/forwarding_stream.h"

namespace holdfast::transport {

struct Faults {
  enum class Kind {
    error,  ///< reads and writes throw Error{network}
    end,    ///< reads report the end, writes throw Error{network}
  };
  static constexpr int never = std::numeric_limits<int>::max();

  int fail_at = never;  ///< which read or write is the first to fail, counted from 0
  Kind kind = Kind::error;
  std::size_t read_at_most = std::numeric_limits<std::size_t>::max();  ///< bytes a read gives at once
};

/// Fails at a chosen operation, and from then on always.
class FaultyStream final : public ForwardingStream {
 public:
  FaultyStream(std::unique_ptr<ByteStream> inner, Faults faults);

  std::size_t read(MutableBytes into) override;
  void write(Bytes data) override;
  void close() override;

  bool fired() const { return fired_; }
  /// Is set, from then on, to whether the fault was hit; for tests that give the stream away.
  void report_to(std::shared_ptr<std::atomic<bool>> fired) { reported_ = std::move(fired); }

 private:
  bool fails_now();

  Faults faults_;
  std::atomic<int> operations_ = 0;
  std::atomic<bool> fired_ = false;
  std::shared_ptr<std::atomic<bool>> reported_;
};

}  // namespace holdfast::transport
