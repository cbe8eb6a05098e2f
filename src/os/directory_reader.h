// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "os/file_stat.h"
#include "os/unique_fd.h"

namespace holdfast::os {

/// Reads the names of an open directory. One thread, except for fd().
///
/// Asks the system itself: the C library's stream costs three system calls more per directory.
class DirectoryReader {
 public:
  struct Entry {
    std::string_view name;  ///< ends with a NUL behind it; valid until the next call
    FileKind kind = FileKind::unknown;
  };

  explicit DirectoryReader(UniqueFd directory) : directory_(std::move(directory)) {}

  /// Without "." and ".."; nothing at the end.
  Outcome<std::optional<Entry>> next();
  int fd() const { return directory_.get(); }

 private:
  Outcome<void> refill();

  UniqueFd directory_;
  std::unique_ptr<std::byte[]> entries_;  ///< given back at the end: directories stay open for longer
  std::size_t position_ = 0;
  std::size_t size_ = 0;  ///< of what the system gave last
  bool is_at_end_ = false;
};

}  // namespace holdfast::os
