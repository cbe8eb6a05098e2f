// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <unordered_map>

#include "base/ids.h"
#include "format/record.h"

namespace holdfast::format {

/// A whole record. The payload points into the block it was found in, or into the assembler where it came in
/// pieces; it is valid until the next add().
struct Record {
  VolumeSession session;
  std::int32_t file_index = 0;
  std::int32_t stream = 0;  ///< as written; label records: the JobId
  Bytes payload;

  bool is_label() const { return file_index < 0; }
  LabelType label_type() const { return static_cast<LabelType>(file_index); }
  StreamId stream_id() const { return static_cast<StreamId>(stream & stream_id_mask); }
};

/// Joins the pieces of records that were cut at block ends, session by session, across volumes (interop 04,
/// section 3.3). Pieces of a record whose start was not added are dropped. Memory: the pieces waiting for their
/// rest, at most one record a session.
class RecordAssembler {
 public:
  /// The record that this piece completes, if it does.
  std::optional<Record> add(VolumeSession session, const RecordPiece& piece);

  /// Whether a record of the session waits for its rest.
  bool has_pending(VolumeSession session) const { return pending_.contains(session); }

  /// Forgets what waits for its rest in this session, as at its end.
  void drop(VolumeSession session) { pending_.erase(session); }

 private:
  struct Pending {
    RecordHeader header;
    Buffer payload;
  };
  std::optional<Record> add_continuation(VolumeSession session, const RecordPiece& piece);

  std::unordered_map<VolumeSession, Pending> pending_;
  Buffer completed_;
};

}  // namespace holdfast::format
