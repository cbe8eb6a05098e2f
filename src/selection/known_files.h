// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "format/packed_stat.h"

namespace holdfast::selection {

/// A file as the catalog knows it from earlier jobs.
struct KnownFile {
  /// Without rdev, block_size, blocks and flags, which nothing is compared with: these are 0.
  format::PackedStat stat;
  std::string_view digest{};  ///< raw bytes; empty where none is known
  std::uint32_t delta_sequence = 0;
};

/// The list of an accurate backup (interop 02, section 5.3): first it is filled, in any order, then completed, then asked
/// for each file of the walk, at the end for all it was never asked for. Used by one thread at a time. Names are those
/// stored: directories have a slash at the end. Throws Error where its storage fails.
class KnownFiles {
 public:
  enum class Mark { none, seen, unseen };
  /// The name and what the file's digest points to are valid during the call.
  using Visitor = std::function<void(std::string_view name, const KnownFile& file)>;

  virtual ~KnownFiles() = default;
  /// What is known of this name replaces what was known before. The name is not empty.
  virtual void add(std::string_view name, const KnownFile& file) = 0;
  /// Nothing more is added.
  virtual void complete() = 0;
  /// The digest is valid until the next call.
  virtual std::optional<KnownFile> find(std::string_view name, Mark mark) = 0;
  /// As if none was ever marked.
  virtual void forget_marks() = 0;
  /// All that were not marked, in no particular order. `visit` must not change this.
  virtual void list_unseen(const Visitor& visit) = 0;
};

}  // namespace holdfast::selection
