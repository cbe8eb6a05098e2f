// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::os {

/// How a program came to its end.
struct ProcessEnd {
  enum class How {
    exited,         ///< `number` is the exit status
    killed,         ///< `number` is the signal
    not_started,    ///< `number` is the errno
    took_too_long,  ///< and was ended; `number` is the limit in seconds
  };
  How how = How::exited;
  int number = 0;

  bool succeeded() const { return how == How::exited && number == 0; }
  /// "Child exited with code 3", "Child died from signal 9", "No such file or directory", "Child was ended because it
  /// took longer than 120 seconds".
  std::string text() const;
};

/// Hears of each line a program prints, without its line end; long lines come in pieces.
using LineSink = std::function<void(std::string_view line)>;
inline constexpr std::size_t longest_line = 8192;

/// Runs `words`[0], found in PATH, without a shell, with standard error joined to standard output and nothing
/// to read, in a process group of its own. Waits for its end; descendants that keep running, and keep its
/// output open, are left alone.
///
/// On a stop request the group gets SIGTERM, five seconds later SIGKILL, and Error{cancelled} is thrown.
ProcessEnd run_process(const std::vector<std::string>& words, const LineSink& line, std::stop_token stop);

/// What a program is given.
struct ProcessTerms {
  std::string_view input = {};            ///< on standard input
  std::chrono::milliseconds limit{0};     ///< how long it may run; zero: without limit
  std::chrono::milliseconds grace{5000};  ///< between SIGTERM and SIGKILL
};
/// As above. A program that takes longer than its limit is ended like one whose stop was requested, but no Error is
/// thrown. Output may come in after that.
ProcessEnd run_process(const std::vector<std::string>& words, const LineSink& line, std::stop_token stop,
                       const ProcessTerms& terms);

/// Of this program.
int process_id();

/// Splits a configured command at blanks; a word that begins with " or ' extends to the same quote (interop 06,
/// section 9.4).
std::vector<std::string> split_command(std::string_view command);

}  // namespace holdfast::os
