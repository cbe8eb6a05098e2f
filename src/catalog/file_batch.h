// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/rows.h"

namespace holdfast::catalog {

/// Path with its last slash, and the name behind it; a name without any slash is a path (interop 07, section 3).
std::pair<std::string_view, std::string_view> split_name(std::string_view whole);

/// Rows of files that wait to be given to a catalog together. Their texts lie one behind the other in one piece of memory.
class FileBatch {
 public:
  /// Full from `most_bytes` of texts on, or 5,000 rows.
  explicit FileBatch(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  void add(const NewFile& file);
  /// Of the row added last.
  void set_digest(std::string_view digest);

  bool is_empty() const { return rows_.empty(); }
  bool is_full() const { return rows_.size() >= most_rows || texts_.size() >= most_bytes_; }
  /// In the order in which they were added; the views are valid until the batch changes.
  std::vector<NewFile> files() const;
  void clear();

 private:
  struct Row {
    std::uint32_t file_index;
    std::int16_t delta;
    std::size_t start;
    std::uint32_t path, name, stat, digest;  ///< lengths of the texts from there on
  };
  static constexpr std::size_t most_rows = 5'000;

  std::size_t most_bytes_;
  std::vector<Row> rows_;
  std::string texts_;
};

}  // namespace holdfast::catalog
