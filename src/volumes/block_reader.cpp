// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/block_reader.h"

#include <fmt/core.h>

#include "crypto/crc32.h"

namespace holdfast::volumes {
namespace {

std::string place(std::uint64_t address) { return fmt::format("{}:{}", address >> 32, address & 0xFFFFFFFF); }

}  // namespace

void BlockReader::pass_over(const std::string& what, std::uint64_t resume_at) {
  damage_(what);
  passed_over_ += what + "\n";
  if (medium_.addressing() != device::Addressing::bytes) return;
  if (const auto block = medium_.find_block(resume_at))
    medium_.seek(*block);
  else
    medium_.seek_to_end();
}

std::optional<Block> BlockReader::next() {
  while (true) {
    const auto outcome = medium_.read_block(buffer_);
    if (std::holds_alternative<device::EndOfData>(outcome)) return std::nullopt;
    if (std::holds_alternative<device::Filemark>(outcome)) continue;
    if (const auto* damaged = std::get_if<device::DamagedBlock>(&outcome)) {
      pass_over(fmt::format("Volume data error at {}! {}. Buffer discarded.", place(damaged->address),
                            damaged->why),
                damaged->address + 1);
      continue;
    }
    const auto& read = std::get<device::BlockRead>(outcome);
    const auto bytes = Bytes(buffer_).first(read.length);
    const auto header = format::parse_block_header(bytes);
    if (checksums_ == Checksums::checked) {
      if (const auto sum = crypto::crc32(format::checksummed_part(bytes)); sum != header->checksum) {
        // Its length may be what is wrong.
        pass_over(
            fmt::format(
                "Volume data error at {}! Block checksum mismatch in block={} len={}: calc={:x} blk={:x}",
                place(read.address), header->number, read.length, sum, header->checksum),
            read.address + 1);
        continue;
      }
    }
    return Block{*header, bytes, read.address, read.last_address};
  }
}

bool BlockReader::is_at_end() {
  const auto here = medium_.position();
  const auto end = medium_.seek_to_end();
  medium_.seek(here);
  return here >= end;
}

void BlockReader::skip_to(std::uint64_t address) {
  if (address > medium_.position()) go_to(address);
}

}  // namespace holdfast::volumes
