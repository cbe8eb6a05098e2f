// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "format/stream.h"

namespace holdfast::format {

/// Values of RecordHeader::file_index below zero: what kind of label the record is (interop 04, section 3.4).
enum class LabelType : std::int32_t {
  pre_label = -1,  ///< volume labelled but unused
  volume = -2,
  end_of_medium = -3,  ///< never written; ends a block
  session_start = -4,
  session_end = -5,
  end_of_tape = -6,  ///< never on media
};

struct RecordHeader {
  static constexpr std::size_t size = 12;

  std::int32_t file_index = 0;  ///< > 0: file number within the job; < 0: LabelType
  std::int32_t stream = 0;      ///< negative: continues a record of stream -stream; of labels the JobId
  std::uint32_t length = 0;     ///< payload bytes of the record not yet written before this header

  bool operator==(const RecordHeader&) const = default;
};

/// `from` holds, `to` has room for RecordHeader::size bytes.
RecordHeader load_record_header(const std::byte* from);
void store(std::byte* to, const RecordHeader& header);

/// Readers refuse records of this length or more.
inline constexpr std::size_t record_length_limit = 20'000'000;
/// Writers keep below: a longer record could not be sent to a restoring client in one packet.
inline constexpr std::size_t max_written_record = 999'996;

/// What one header in one block announces: a whole record or a piece of one. `data` points into the block.
struct RecordPiece {
  RecordHeader header;
  Bytes data;

  bool is_label() const { return header.file_index < 0; }
  bool is_continuation() const { return !is_label() && header.stream < 0; }
  /// The record goes on in the next block of its session.
  bool is_cut() const { return data.size() < header.length; }
  /// As in the record's first header, whatever piece this is.
  std::int32_t stream() const { return is_continuation() ? -header.stream : header.stream; }
};

/// Goes through the headers of one block.
class RecordCursor {
 public:
  /// `block` is a whole block, cut to the length in its header.
  explicit RecordCursor(Bytes block);

  /// The next piece, or nothing at the end of the block or before a header that cannot be right.
  std::optional<RecordPiece> next();
  /// The last next() came back empty because of an impossible record length or stream; the rest is lost.
  bool is_damaged() const { return damaged_; }

 private:
  Bytes left_;
  bool damaged_ = false;
};

}  // namespace holdfast::format
