// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stream/record_tally.h"

#include <fmt/core.h>

#include <array>

#include "base/endian.h"
#include "format/stream.h"

namespace holdfast::stream {

void RecordTally::add(std::int32_t file_index, std::int32_t stream, Bytes payload) {
  if (file_index != last_index_) {
    last_index_ = file_index;
    ++counts_.files;
  }
  ++counts_.records;
  counts_.bytes += payload.size();
  if (!format::belongs_into_catalog(static_cast<format::StreamId>(stream & format::stream_id_mask))) return;
  std::array<std::byte, 12> head{};
  store(&head[0], file_index);
  store(&head[4], stream);
  store(&head[8], static_cast<std::uint32_t>(payload.size()));
  digest_.update(head);
  digest_.update(payload);
}

RecordCounts RecordTally::finish() {
  const auto digest = digest_.finish();
  for (const std::byte b : digest.bytes())
    counts_.digest += fmt::format("{:02x}", std::to_integer<unsigned>(b));
  return counts_;
}

}  // namespace holdfast::stream
