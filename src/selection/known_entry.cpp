// SPDX-License-Identifier: AGPL-3.0-or-later
#include "selection/known_entry.h"

#include <array>

namespace holdfast::selection {

namespace {

/// Small numbers of both signs become small ones without.
constexpr std::uint64_t folded(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unfolded(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

constexpr std::size_t number_count = 13;

}  // namespace

void append_varint(std::string& to, std::uint64_t value) {
  while (value >= 0x80) {
    to += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  to += static_cast<char>(value);
}

std::optional<std::uint64_t> take_varint(std::string_view& from) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !from.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(from.front());
    from.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

void append_entry(std::string& to, const KnownFile& file) {
  const auto& stat = file.stat;
  const std::array<std::uint64_t, number_count> numbers{
      stat.device,
      stat.inode,
      stat.mode,
      stat.links,
      stat.uid,
      stat.gid,
      folded(stat.size),
      folded(stat.access_time),
      folded(stat.modification_time),
      folded(stat.change_time),
      stat.link_file_index,
      folded(format::number(stat.data_stream)),
      file.delta_sequence,
  };
  for (const auto number : numbers) append_varint(to, number);
  append_varint(to, file.digest.size());
  to += file.digest;
}

std::optional<KnownFile> take_entry(std::string_view& from) {
  std::array<std::uint64_t, number_count> numbers{};
  for (auto& number : numbers) {
    const auto taken = take_varint(from);
    if (!taken) return std::nullopt;
    number = *taken;
  }
  const auto digest_size = take_varint(from);
  if (!digest_size || *digest_size > from.size()) return std::nullopt;
  KnownFile file;
  file.stat = {.device = numbers[0],
               .inode = numbers[1],
               .mode = static_cast<std::uint32_t>(numbers[2]),
               .links = numbers[3],
               .uid = static_cast<std::uint32_t>(numbers[4]),
               .gid = static_cast<std::uint32_t>(numbers[5]),
               .size = unfolded(numbers[6]),
               .access_time = unfolded(numbers[7]),
               .modification_time = unfolded(numbers[8]),
               .change_time = unfolded(numbers[9]),
               .link_file_index = static_cast<std::uint32_t>(numbers[10]),
               .data_stream = static_cast<format::StreamId>(unfolded(numbers[11]))};
  file.delta_sequence = static_cast<std::uint32_t>(numbers[12]);
  file.digest = from.substr(0, static_cast<std::size_t>(*digest_size));
  from.remove_prefix(file.digest.size());
  return file;
}

}  // namespace holdfast::selection
