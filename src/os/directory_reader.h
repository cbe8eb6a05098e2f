// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "os/file_stat.h"
#include "os/unique_fd.h"

namespace holdfast::os {

/// Reads the names of an open directory. One thread, except for fd().
class DirectoryReader {
 public:
  struct Entry {
    std::string_view name;  ///< ends with a NUL behind it; valid until the next call
    FileKind kind = FileKind::unknown;
  };

  explicit DirectoryReader(UniqueFd directory);
  DirectoryReader(DirectoryReader&&) noexcept;
  DirectoryReader& operator=(DirectoryReader&&) noexcept;
  ~DirectoryReader();

  /// Without "." and ".."; nothing at the end.
  Outcome<std::optional<Entry>> next();
  int fd() const { return fd_; }

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
  int fd_ = -1;
};

}  // namespace holdfast::os
