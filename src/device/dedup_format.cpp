// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/dedup_format.h"

#include "base/endian.h"

namespace holdfast::device {
namespace {

constexpr std::uint64_t version = 1;
constexpr std::string_view file_names = "blockspartsaligned.dataunaligned.data";
constexpr std::size_t head_size = 24;
constexpr std::size_t entry_size = 32;
constexpr std::size_t seal_at = head_size + file_names.size() + 28;  // padding of the entry of `blocks`

struct FileName {
  std::uint32_t start;
  std::uint32_t length;
};
constexpr FileName block_file{0, 6};
constexpr FileName part_file{6, 5};
constexpr FileName aligned_file{11, 12};
constexpr FileName unaligned_file{23, 14};

/// Over everything but the seal itself.
std::uint32_t seal_of(Bytes bytes) {
  std::uint32_t sum = 0x811c9dc5U;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i >= seal_at && i < seal_at + sizeof sum) continue;
    sum = (sum ^ static_cast<std::uint8_t>(bytes[i])) * 0x01000193U;
  }
  return sum;
}

void put_index(ByteWriter& to, const FileName& name, std::uint64_t entries) {
  to.put(name.start);
  to.put(name.length);
  to.put(std::uint64_t{0});
  to.put(entries);
  to.put(std::uint64_t{0});  // Idx, padding
}

void put_data(ByteWriter& to, const FileName& name, std::uint64_t used, std::uint64_t block,
              std::uint32_t index) {
  to.put(name.start);
  to.put(name.length);
  to.put(used);
  to.put(block);
  to.put(index);
  to.put(std::uint32_t{0});  // ReadOnly, padding
}

bool has_name(const std::byte* entry, const FileName& name) {
  return load<std::uint32_t>(entry) == name.start && load<std::uint32_t>(entry + 4) == name.length;
}

bool is_index(const std::byte* entry, const FileName& name) {
  return has_name(entry, name) && load<std::uint64_t>(entry + 8) == 0 && load<std::uint32_t>(entry + 24) == 0;
}

bool is_data(const std::byte* entry, const FileName& name, std::uint32_t index) {
  return has_name(entry, name) && load<std::uint32_t>(entry + 24) == index;
}

Buffer head() {
  Buffer bytes;
  ByteWriter to(bytes);
  to.put(version);
  to.put(static_cast<std::uint32_t>(file_names.size()));
  for (const std::uint32_t count : {1U, 1U, 2U}) to.put(count);
  to.put_text(file_names);
  return bytes;
}

}  // namespace

std::string_view to_string(DedupFault fault) {
  switch (fault) {
    case DedupFault::wrong_size: return "config has not 189 bytes";
    case DedupFault::wrong_layout: return "config is of another version or names other files";
    case DedupFault::not_multiple: return "the size of aligned.data is no multiple of its block size";
  }
  return "config is damaged";
}

Buffer encode(const DedupConfig& config) {
  Buffer bytes = head();
  ByteWriter to(bytes);
  put_index(to, block_file, config.blocks);
  put_index(to, part_file, config.parts);
  put_data(to, aligned_file, config.aligned, config.aligned_block, dedup_aligned);
  put_data(to, unaligned_file, config.unaligned, 1, dedup_unaligned);
  holdfast::store(&bytes[seal_at], seal_of(bytes));
  return bytes;
}

Expected<ParsedDedupConfig, DedupFault> parse_dedup_config(Bytes bytes) {
  if (bytes.size() != DedupConfig::size) return unexpected(DedupFault::wrong_size);
  const auto expected = head();
  if (!equal(bytes.first(expected.size()), expected)) return unexpected(DedupFault::wrong_layout);
  const auto* blocks = &bytes[expected.size()];
  const auto* parts = blocks + entry_size;
  const auto* aligned = parts + entry_size;
  const auto* unaligned = aligned + entry_size;
  const DedupConfig config{.blocks = load<std::uint64_t>(blocks + 16),
                           .parts = load<std::uint64_t>(parts + 16),
                           .aligned = load<std::uint64_t>(aligned + 8),
                           .unaligned = load<std::uint64_t>(unaligned + 8),
                           .aligned_block = load<std::uint64_t>(aligned + 16)};
  const bool is_known = is_index(blocks, block_file) && is_index(parts, part_file) &&
                        is_data(aligned, aligned_file, dedup_aligned) &&
                        is_data(unaligned, unaligned_file, dedup_unaligned) &&
                        load<std::uint64_t>(unaligned + 16) == 1 && config.aligned_block > 0;
  if (!is_known) return unexpected(DedupFault::wrong_layout);
  if (config.aligned % config.aligned_block != 0) return unexpected(DedupFault::not_multiple);
  return ParsedDedupConfig{config, load<std::uint32_t>(&bytes[seal_at]) == seal_of(bytes)};
}

std::optional<DedupBlock> parse_dedup_block(Bytes bytes) {
  if (bytes.size() < DedupBlock::size) return std::nullopt;
  const auto header = format::parse_block_header(bytes);
  if (!header) return std::nullopt;
  return DedupBlock{.header = *header,
                    .part_count = load<std::uint32_t>(&bytes[24]),
                    .first_part = load<std::uint64_t>(&bytes[32])};
}

void store(std::byte* to, const DedupBlock& block) {
  format::store(to, block.header);
  holdfast::store(to + 24, block.part_count);
  holdfast::store(to + 28, std::uint32_t{0});
  holdfast::store(to + 32, block.first_part);
}

std::optional<DedupPart> parse_dedup_part(Bytes bytes) {
  if (bytes.size() < DedupPart::size) return std::nullopt;
  const DedupPart part{.file = load<std::uint32_t>(&bytes[0]),
                       .length = load<std::uint32_t>(&bytes[4]),
                       .begin = load<std::uint64_t>(&bytes[8])};
  if (part.file > dedup_unaligned || part.begin > UINT64_MAX - part.length) return std::nullopt;
  return part;
}

void store(std::byte* to, const DedupPart& part) {
  holdfast::store(to, part.file);
  holdfast::store(to + 4, part.length);
  holdfast::store(to + 8, part.begin);
}

}  // namespace holdfast::device
