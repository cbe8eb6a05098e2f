// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/record_assembler.h"

#include <algorithm>
#include <utility>

namespace holdfast::format {

std::optional<Record> RecordAssembler::add(VolumeSession session, const RecordPiece& piece) {
  if (piece.is_continuation()) return add_continuation(session, piece);
  if (piece.is_cut()) {
    auto& pending = pending_[session];
    pending.header = piece.header;
    pending.payload = std::exchange(completed_, {});
    pending.payload.reserve(std::min<std::size_t>(piece.header.length, max_written_record));
    pending.payload.assign(piece.data.begin(), piece.data.end());
    return std::nullopt;
  }
  if (!pending_.empty()) pending_.erase(session);
  return Record{session, piece.header.file_index, piece.header.stream, piece.data};
}

std::optional<Record> RecordAssembler::add_continuation(VolumeSession session, const RecordPiece& piece) {
  const auto found = pending_.find(session);
  if (found == pending_.end()) return std::nullopt;
  auto& [header, payload] = found->second;
  const bool belongs = header.stream == piece.stream() && header.file_index == piece.header.file_index &&
                       header.length - payload.size() == piece.header.length;
  if (!belongs) {
    pending_.erase(found);
    return std::nullopt;
  }
  append(payload, piece.data);
  if (piece.is_cut()) return std::nullopt;
  completed_ = std::move(payload);
  const auto file_index = header.file_index;
  pending_.erase(found);
  return Record{session, file_index, piece.stream(), completed_};
}

}  // namespace holdfast::format
