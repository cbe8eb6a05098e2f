// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/block.h"

#include "base/endian.h"

namespace holdfast::format {
namespace {

constexpr std::uint32_t block_id = 0x42423032;  // "BB02"

}  // namespace

std::string_view to_string(BlockFault fault) {
  switch (fault) {
    case BlockFault::too_short: return "very short block";
    case BlockFault::wrong_id: return "not a block of this format (wanted ID \"BB02\")";
    case BlockFault::insane_length: return "block length is insane";
  }
  return "damaged block";
}

Expected<BlockHeader, BlockFault> parse_block_header(Bytes bytes) {
  if (bytes.size() < BlockHeader::size) return unexpected(BlockFault::too_short);
  if (load<std::uint32_t>(&bytes[12]) != block_id) return unexpected(BlockFault::wrong_id);
  const BlockHeader header{
      .checksum = load<std::uint32_t>(&bytes[0]),
      .length = load<std::uint32_t>(&bytes[4]),
      .number = load<std::uint32_t>(&bytes[8]),
      .session = {.id = load<std::uint32_t>(&bytes[16]), .time = load<std::uint32_t>(&bytes[20])}};
  if (header.length < BlockHeader::size || header.length > max_block_length) {
    return unexpected(BlockFault::insane_length);
  }
  return header;
}

std::size_t find_block_header(Bytes bytes, std::size_t from) {
  constexpr std::string_view id = "BB02";
  constexpr std::size_t before_id = 12;
  const auto text = as_text(bytes);
  for (auto at = text.find(id, from + before_id); at != std::string_view::npos; at = text.find(id, at + 1)) {
    if (parse_block_header(bytes.subspan(at - before_id))) return at - before_id;
  }
  return bytes.size();
}

void store(std::byte* to, const BlockHeader& header) {
  holdfast::store(to, header.checksum);
  holdfast::store(to + 4, header.length);
  holdfast::store(to + 8, header.number);
  holdfast::store(to + 12, block_id);
  holdfast::store(to + 16, header.session.id);
  holdfast::store(to + 20, header.session.time);
}

}  // namespace holdfast::format
