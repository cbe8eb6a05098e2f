// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/record.h"

#include <algorithm>
#include <limits>

#include "base/endian.h"
#include "format/block.h"

namespace holdfast::format {

RecordHeader load_record_header(const std::byte* from) {
  return {.file_index = load<std::int32_t>(from),
          .stream = load<std::int32_t>(from + 4),
          .length = load<std::uint32_t>(from + 8)};
}

void store(std::byte* to, const RecordHeader& header) {
  holdfast::store(to, header.file_index);
  holdfast::store(to + 4, header.stream);
  holdfast::store(to + 8, header.length);
}

RecordCursor::RecordCursor(Bytes block)
    : left_(block.size() < BlockHeader::size ? Bytes{} : block.subspan(BlockHeader::size)) {}

std::optional<RecordPiece> RecordCursor::next() {
  if (left_.size() < RecordHeader::size) return std::nullopt;
  const auto header = load_record_header(left_.data());
  if (header.file_index == static_cast<std::int32_t>(LabelType::end_of_medium)) {
    left_ = {};
    return std::nullopt;
  }
  const bool has_stream =
      header.stream != std::numeric_limits<std::int32_t>::min();  // its negation is no number
  if (header.length >= record_length_limit || !has_stream) {
    damaged_ = true;
    left_ = {};
    return std::nullopt;
  }
  left_ = left_.subspan(RecordHeader::size);
  const auto present = left_.first(std::min<std::size_t>(header.length, left_.size()));
  left_ = left_.subspan(present.size());
  return RecordPiece{header, present};
}

}  // namespace holdfast::format
