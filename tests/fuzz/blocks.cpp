// SPDX-License-Identifier: AGPL-3.0-or-later
#include <cstdlib>

#include "format/block.h"
#include "format/record_assembler.h"

using namespace holdfast;

// The input is a row of blocks; whatever they hold, records come out whole and within bounds.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes left(reinterpret_cast<const std::byte*>(data), size);
  format::RecordAssembler assembler;
  while (true) {
    const auto header = format::parse_block_header(left);
    if (!header || header->length > left.size()) return 0;
    format::RecordCursor cursor(left.first(header->length));
    while (const auto piece = cursor.next()) {
      if (piece->data.size() > piece->header.length) std::abort();
      const auto record = assembler.add(header->session, *piece);
      if (record && record->payload.size() >= format::record_length_limit) std::abort();
    }
    left = left.subspan(header->length);
  }
}
