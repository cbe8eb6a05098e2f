// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "format/fine_attributes.h"
#include "format/packed_stat.h"

namespace holdfast::archive {

/// What an object gets after its data: owner, mode and times, and the payloads of its ACL and xattr streams.
struct ObjectAttributes {
  struct Stream {
    format::StreamId id;
    Buffer payload;
  };
  std::string path;
  format::PackedStat stat{};
  format::FineAttributes fine{};
  std::vector<Stream> streams{};
};

/// Keeps what directories get at the end of a restore, in the order they came. Beyond a few megabytes it goes to
/// a temporary file, so that memory does not grow with the number of directories.
class DeferredDirectories {
 public:
  /// Throws Error{io, no_space} when the temporary file cannot be written.
  void add(const ObjectAttributes& directory);
  /// Hands out all of them, in order, and forgets them.
  void take(const std::function<void(const ObjectAttributes&)>& each);

 private:
  void spill();

  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  Buffer recent_;
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace holdfast::archive
