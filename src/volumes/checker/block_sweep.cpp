// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/checker/block_sweep.h"

#include <fmt/core.h>

#include "base/endian.h"
#include "crypto/crc32.h"

namespace holdfast::volumes {

using device::BlockRead;

BlockSweep::Found BlockSweep::next() {
  for (;;) {
    const auto outcome = medium_.read_block(buffer_);
    if (std::holds_alternative<device::EndOfData>(outcome)) return End{medium_.position()};
    if (std::holds_alternative<device::Filemark>(outcome)) continue;
    if (const auto* damaged = std::get_if<device::DamagedBlock>(&outcome)) {
      const auto address = damaged->address;
      return BadPart{address, resume_behind(address), damaged->why};
    }
    return judge(std::get<BlockRead>(outcome));
  }
}

bool BlockSweep::is_good(const BlockRead& read) const {
  const auto bytes = Bytes(buffer_).first(read.length);
  return crypto::crc32(bytes.subspan(4)) == load<std::uint32_t>(bytes.data());
}

BlockSweep::Found BlockSweep::judge(const BlockRead& read) {
  if (is_good(read)) return GoodBlock{read.address, read.last_address, Bytes(buffer_).first(read.length)};
  const auto bytes = Bytes(buffer_).first(read.length);
  auto why = fmt::format("Block checksum mismatch in block={} len={}: calc={:x} blk={:x}",
                         load<std::uint32_t>(&bytes[8]), read.length, crypto::crc32(bytes.subspan(4)),
                         load<std::uint32_t>(bytes.data()));
  if (medium_.addressing() != device::Addressing::bytes)
    return BadPart{read.address, medium_.position(), std::move(why)};
  // A changed length shows in what stands behind it; any other change leaves the next block where it is.
  const auto end = read.address + read.length;
  const auto next = resume_behind(read.address);
  const bool is_right_length = goes_on_at(end) && !(next < end && leads_to(next, end));
  medium_.seek(is_right_length ? end : next);
  return BadPart{read.address, medium_.position(), std::move(why)};
}

/// Blocks that a wrong length swallowed fill the room up to where that length ends; those in the data of a file that is a
/// volume itself do not.
bool BlockSweep::leads_to(std::uint64_t address, std::uint64_t end) {
  while (address < end) {
    medium_.seek(address);
    const auto outcome = medium_.read_block(buffer_);
    const auto* read = std::get_if<BlockRead>(&outcome);
    if (read == nullptr || !is_good(*read)) return false;
    address += read->length;
  }
  return address == end;
}

bool BlockSweep::goes_on_at(std::uint64_t address) {
  medium_.seek(address);
  const auto outcome = medium_.read_block(buffer_);
  const auto* read = std::get_if<BlockRead>(&outcome);
  const bool goes_on =
      std::holds_alternative<device::EndOfData>(outcome) || (read != nullptr && is_good(*read));
  medium_.seek(address);
  return goes_on;
}

std::uint64_t BlockSweep::resume_behind(std::uint64_t address) {
  if (medium_.addressing() != device::Addressing::bytes) return medium_.position();
  while (const auto candidate = medium_.find_block(address + 1)) {
    if (goes_on_at(*candidate)) return *candidate;
    address = *candidate;
  }
  return medium_.seek_to_end();
}

}  // namespace holdfast::volumes
