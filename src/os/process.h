// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::os {

/// How a program came to its end.
struct ProcessEnd {
  enum class How {
    exited,       ///< `number` is the exit status
    killed,       ///< `number` is the signal
    not_started,  ///< `number` is the errno
  };
  How how = How::exited;
  int number = 0;

  bool succeeded() const { return how == How::exited && number == 0; }
  /// "Child exited with code 3", "Child died from signal 9", "No such file or directory".
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

/// Of this program.
int process_id();

/// Splits a configured command at blanks; a word that begins with " or ' extends to the same quote (interop 06,
/// section 9.4).
std::vector<std::string> split_command(std::string_view command);

}  // namespace holdfast::os
