// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <stop_token>
#include <string>

#include "base/bytes.h"
#include "os/file_stat.h"
#include "os/unique_fd.h"

namespace holdfast::os {

/// The writing end of a FIFO that somebody reads from.
class FifoWriter {
 public:
  /// Does not wait: no_such_device_or_address where nobody reads, not_supported where the path is no FIFO.
  static Outcome<FifoWriter> open(const std::string& path);

  /// All of it; waits for the reader. broken_pipe where that went away. Throws Error{cancelled} when the stop is requested
  /// while it waits.
  Outcome<void> write(Bytes data, const std::stop_token& stop);

 private:
  explicit FifoWriter(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace holdfast::os
