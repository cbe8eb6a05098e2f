// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/dedup_placement.h"

#include <algorithm>

#include "format/record.h"

namespace holdfast::device {

std::vector<DedupPlacement::Piece> DedupPlacement::place(const format::BlockHeader& header, Bytes block) {
  std::vector<Piece> pieces;
  format::RecordCursor cursor(block);
  std::size_t done = format::BlockHeader::size;
  while (const auto record = cursor.next()) {
    add_unaligned(pieces, block.subspan(done, format::RecordHeader::size));
    done += format::RecordHeader::size + record->data.size();
    auto room = room_for(header.session, record->header.file_index, record->stream(),
                         record->is_continuation(), record->header.length);
    fill(pieces, room, record->data);
    if (room.left() > 0)
      rooms_[header.session] = room;
    else
      rooms_.erase(header.session);
  }
  // Too short for a record, or nothing that is one.
  if (done < block.size()) add_unaligned(pieces, block.subspan(done));
  return pieces;
}

void DedupPlacement::add_unaligned(std::vector<Piece>& pieces, Bytes data) {
  pieces.push_back({{dedup_unaligned, static_cast<std::uint32_t>(data.size()), unaligned_}, data});
  unaligned_ += data.size();
}

DedupPlacement::Room DedupPlacement::reserve(std::int32_t file_index, std::int32_t stream,
                                             std::uint64_t length) {
  const auto aligned_part = length / aligned_block_ * aligned_block_;
  const Room room{file_index, stream, aligned_, aligned_part, unaligned_, length - aligned_part};
  aligned_ += room.aligned_left;
  unaligned_ += room.unaligned_left;
  return room;
}

DedupPlacement::Room DedupPlacement::room_for(const VolumeSession& session, std::int32_t file_index,
                                              std::int32_t stream, bool is_continuation,
                                              std::uint64_t length) {
  const auto found = is_continuation ? rooms_.find(session) : rooms_.end();
  if (found != rooms_.end()) {
    const auto& room = found->second;
    if (room.file_index == file_index && room.stream == stream && room.left() == length) return room;
  }
  return reserve(file_index, stream, length);
}

void DedupPlacement::fill(std::vector<Piece>& pieces, Room& room, Bytes data) {
  const auto take = [&](std::uint32_t file, std::uint64_t& begin, std::uint64_t& left) {
    const auto length = std::min<std::uint64_t>(left, data.size());
    if (length == 0) return;
    pieces.push_back({{file, static_cast<std::uint32_t>(length), begin}, data.first(length)});
    data = data.subspan(length);
    begin += length;
    left -= length;
  };
  take(dedup_aligned, room.aligned_begin, room.aligned_left);
  take(dedup_unaligned, room.unaligned_begin, room.unaligned_left);
}

}  // namespace holdfast::device
