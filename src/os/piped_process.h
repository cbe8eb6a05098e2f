// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "os/child.h"
#include "os/process.h"
#include "os/stop_event.h"

namespace holdfast::os {

/// A program that runs beside this one and talks with it through its standard input and output. What it prints as errors
/// (and as output, where that is not what is talked through) goes to a LineSink while this program waits for it.
///
/// Used by one thread at a time. Every wait ends, by Error{cancelled}, when a stop is requested, and by Error{timeout}
/// when the program shows no sign of life for longer than the limit. The destructor ends its input, sends SIGTERM to
/// its process group and, five seconds later, SIGKILL.
/// SIGPIPE must be ignored, as SignalQueue does.
class PipedProcess {
 public:
  enum class Talks { output, input, both };
  struct Terms {
    Talks talks = Talks::both;
    std::chrono::milliseconds limit{0};  ///< without a sign of life; zero: without limit
  };

  /// Finds words[0] in PATH; no shell. Throws Error where the program cannot be started.
  PipedProcess(const std::vector<std::string>& words, Terms terms, LineSink errors, std::stop_token stop);
  ~PipedProcess();
  PipedProcess(const PipedProcess&) = delete;
  PipedProcess& operator=(const PipedProcess&) = delete;

  /// What there is, at least one byte; 0 when the program closed its output.
  std::size_t read(MutableBytes into);
  /// False where the program does not read any more.
  bool write(Bytes data);
  void close_input() { input_.reset(); }
  /// Waits for the program's end. What its descendants do is not waited for.
  ProcessEnd wait();
  /// The same for some time only, whatever the limit is; false where it goes on.
  bool ends_within(std::chrono::milliseconds time);

 private:
  enum class For { output, input, end };
  void wait_until_ready(For what);
  /// False when the deadline has passed.
  bool is_ready_before(std::optional<std::chrono::steady_clock::time_point> deadline, For what);
  void check_stop() const;
  /// Looks at the errors without waiting.
  void take_errors();
  [[noreturn]] void too_long() const;

  std::string name_;
  std::chrono::milliseconds limit_;
  LineSink sink_;
  LineCutter lines_;
  StopEvent stop_;
  UniqueFd input_;
  UniqueFd output_;
  UniqueFd errors_;
  std::unique_ptr<Child> child_;
};

}  // namespace holdfast::os
