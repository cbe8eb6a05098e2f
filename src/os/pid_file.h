// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>

#include "os/unique_fd.h"

namespace holdfast::os {

/// A file that holds the process id of a daemon and is locked while it runs. The lock goes with a fork.
class PidFile {
 public:
  /// Opens and locks it. Throws Error where another process holds the lock, or it cannot be made.
  explicit PidFile(const std::string& path);

  /// Writes the id of this process, also over that of its parent.
  void write_own_id();
  /// Before an orderly end; where the directory cannot be written any more, an empty file stays.
  void remove() noexcept;

 private:
  std::string path_;
  UniqueFd fd_;
};

}  // namespace holdfast::os
