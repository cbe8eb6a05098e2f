// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "catalog/file_batch.h"
#include "format/record.h"

namespace holdfast::apps {

/// What a catalog keeps of the files of one session: takes the pieces of its records as they come, across volumes, and
/// makes rows of those that belong into the catalog (interop 07, sections 3 and 4). Contents of files are passed over.
/// Memory: the rows not yet given on, about 1 MiB at most, and one record.
class SessionRows {
 public:
  /// Where the rows go; the views are valid during the call.
  class Target {
   public:
    virtual ~Target() = default;
    virtual void files(std::span<const catalog::NewFile> files) = 0;
    virtual void restore_object(const catalog::RestoreObjectRow& object) = 0;
    /// Why a record became no row; for a message.
    virtual void skipped(std::uint32_t file_index, const std::string& why) = 0;
  };

  void piece(const format::RecordPiece& piece, Target& target);
  /// Nothing follows: gives on what waits.
  void finish(Target& target);
  /// Gives on complete rows.
  void flush(Target& target);

  std::uint32_t last_index() const { return last_index_; }

 private:
  struct Cut {
    format::RecordHeader header;
    Buffer payload;
  };

  void record(std::uint32_t file_index, format::StreamId stream, Bytes payload, Target& target);
  void attributes(std::uint32_t file_index, Bytes payload, Target& target);
  void digest(std::uint32_t file_index, Bytes payload);
  void restore_object(std::uint32_t file_index, Bytes payload, Target& target);
  void keep_pending(Target& target);

  std::optional<Cut> cut_;  ///< a record that goes on in the session's next block
  std::uint32_t last_index_ = 0;
  std::uint32_t pending_record_ = 0;  ///< file index of the record the last row came from; 0 for none
  bool is_deleted_ = false;           ///< that row
  catalog::FileBatch batch_{1U << 20U};
};

}  // namespace holdfast::apps
