// SPDX-License-Identifier: AGPL-3.0-or-later
#include <cstdlib>
#include <string>
#include <vector>

#include "format/block_builder.h"
#include "format/record_assembler.h"

using namespace holdfast;

// The input says block size and records; what is built into blocks is read back from them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  Bytes left(reinterpret_cast<const std::byte*>(data) + 2, size - 2);
  const std::size_t block_size = 64U + data[0];
  const std::size_t step = 1U + data[1];
  const auto no_checksum = [](Bytes) -> std::uint32_t { return 0; };
  format::BlockBuilder builder({1, 2}, block_size);
  std::vector<Bytes> sent;
  std::vector<format::BuiltBlock> blocks;
  while (!left.empty()) {
    sent.push_back(left.first(std::min(step, left.size())));
    left = left.subspan(sent.back().size());
    format::BlockBuilder::Outgoing record{.file_index = 1, .stream = 2, .left = sent.back()};
    while (!builder.add(record)) blocks.push_back(builder.take_block(no_checksum));
  }
  if (!builder.is_empty()) blocks.push_back(builder.take_block(no_checksum));
  format::RecordAssembler assembler;
  std::size_t received = 0;
  for (const auto& block : blocks) {
    format::RecordCursor cursor(block.bytes);
    while (const auto piece = cursor.next()) {
      const auto record = assembler.add({1, 2}, *piece);
      if (!record) continue;
      if (received == sent.size() || !equal(record->payload, sent[received])) std::abort();
      ++received;
    }
  }
  if (received != sent.size()) std::abort();
  return 0;
}
