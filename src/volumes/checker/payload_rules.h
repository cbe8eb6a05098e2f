// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "volumes/checker/finding.h"

namespace holdfast::volumes {

/// What was seen of one file of a session so far.
class FileRules {
 public:
  /// The records that follow belong to this file.
  void start(std::int32_t file_index) { *this = FileRules(file_index); }
  std::int32_t file_index() const { return file_index_; }
  /// The attributes, or whatever stands in their place, came.
  bool has_head() const { return has_head_; }
  /// Nothing more can be missing of it: its last record ends every file that has it.
  bool is_complete() const { return is_complete_; }
  /// Whether a file can begin with a record of this stream.
  static bool begins_file(std::int32_t stream);
  /// Without knowledge of what came before: reading began in the middle.
  void forget_order() {
    has_head_ = true;
    size_.reset();
  }

  /// A whole record of the file (interop 05). `stream` without flags.
  void check(std::int32_t stream, Bytes payload, const Say& say);

  /// Nothing of the file follows.
  void finish(const Say& say) const;

  FileRules() = default;

 private:
  explicit FileRules(std::int32_t file_index) : file_index_(file_index) {}
  void check_order(std::int32_t stream, const Say& say);
  void attributes(std::int32_t stream, Bytes payload, const Say& say);
  void data(std::int32_t stream, Bytes payload, const Say& say);

  std::int32_t file_index_ = 0;
  bool has_head_ = false;
  bool is_complete_ = false;
  std::optional<std::int32_t> announced_;
  std::optional<std::int32_t> data_stream_;
  std::optional<std::uint64_t> last_offset_;
  std::optional<std::int64_t> size_;  ///< as the attributes of a regular file say
  std::int64_t data_bytes_ = 0;
  bool is_data_over_ = false;
};

}  // namespace holdfast::volumes
