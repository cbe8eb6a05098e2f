// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "os/unique_fd.h"

namespace holdfast::os {

enum class StandardStreams {
  kept,
  closed,  ///< on /dev/null once the daemon is ready
};

/// The background of a daemon: a child with a session of its own. The program that was started waits until the
/// child is ready, so that its exit status and its standard error tell whether the daemon serves.
class DetachedProcess {
 public:
  /// Goes on in the child; there only one thread may exist. The calling process ends with status 0 after ready(),
  /// or with the child's status where the child ends before.
  static DetachedProcess start(StandardStreams streams);

  /// Lets the program that was started end with success. At most once.
  void ready();

 private:
  DetachedProcess(UniqueFd parent, StandardStreams streams) : parent_(std::move(parent)), streams_(streams) {}

  UniqueFd parent_;  // closed without a byte, it tells of a failure
  StandardStreams streams_;
};

}  // namespace holdfast::os
