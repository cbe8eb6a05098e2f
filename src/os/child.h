// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "os/process.h"
#include "os/unique_fd.h"

namespace holdfast::os {

// What starting programs needs: for the other files of this folder.

/// Cuts what a program prints into lines.
class LineCutter {
 public:
  explicit LineCutter(const LineSink& sink) : sink_(sink) {}

  void add(std::string_view text);
  void finish();

 private:
  void give();

  const LineSink& sink_;
  std::string line_;
};

/// Both ends are closed in programs that are started.
struct Pipe {
  UniqueFd reads;
  UniqueFd writes;
};
Pipe make_pipe();

/// Where a child's standard input, output and errors lie; -1: nothing to read, nobody who listens.
struct StandardFiles {
  int input = -1;
  int output = -1;
  int errors = -1;
};

/// A started program, in a process group of its own and with default signals. Its destructor ends it, and leaves no
/// zombie.
class Child {
 public:
  /// Throws Error, and ends the program, where the system cannot tell about its end.
  explicit Child(int pid);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Readable when it has ended.
  int fd() const { return exited_.get(); }
  /// SIGTERM to its group.
  void ask_to_end();
  bool ends_within(int milliseconds);
  ProcessEnd wait();
  /// wait() has returned.
  bool has_ended() const { return reaped_; }

 private:
  void kill();

  int pid_;
  UniqueFd exited_;
  bool reaped_ = false;
};

/// Starts words[0], found in PATH: 0 and its id in `pid`, or the errno.
int spawn(const std::vector<std::string>& words, const StandardFiles& files, int& pid);

}  // namespace holdfast::os
