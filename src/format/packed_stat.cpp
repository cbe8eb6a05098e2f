// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/packed_stat.h"

#include <array>

#include "format/packed_number.h"

namespace holdfast::format {
namespace {

constexpr std::size_t field_count = 16;
constexpr std::size_t required_fields = 13;
constexpr std::size_t link_field = 13;

using Numbers = std::array<std::int64_t, field_count>;

Numbers numbers(const PackedStat& s) {
  return {static_cast<std::int64_t>(s.device),
          static_cast<std::int64_t>(s.inode),
          s.mode,
          static_cast<std::int64_t>(s.links),
          s.uid,
          s.gid,
          static_cast<std::int64_t>(s.rdev),
          s.size,
          s.block_size,
          s.blocks,
          s.access_time,
          s.modification_time,
          s.change_time,
          s.link_file_index,
          s.flags,
          number(s.data_stream)};
}

PackedStat from_numbers(const Numbers& n) {
  return {.device = static_cast<std::uint64_t>(n[0]),
          .inode = static_cast<std::uint64_t>(n[1]),
          .mode = static_cast<std::uint32_t>(n[2]),
          .links = static_cast<std::uint64_t>(n[3]),
          .uid = static_cast<std::uint32_t>(n[4]),
          .gid = static_cast<std::uint32_t>(n[5]),
          .rdev = static_cast<std::uint64_t>(n[6]),
          .size = n[7],
          .block_size = n[8],
          .blocks = n[9],
          .access_time = n[10],
          .modification_time = n[11],
          .change_time = n[12],
          .link_file_index = static_cast<std::uint32_t>(n[13]),
          .flags = static_cast<std::uint32_t>(n[14]),
          .data_stream = static_cast<StreamId>(n[15])};
}

}  // namespace

void append_packed(std::string& to, const PackedStat& stat) {
  char packed[field_count * (max_packed_number + 1)];
  char* out = packed;
  for (const std::int64_t value : numbers(stat)) {
    out += pack_number(value, out);
    *out++ = ' ';
  }
  to.append(packed, static_cast<std::size_t>(out - packed) - 1);
}

std::string pack(const PackedStat& stat) {
  std::string text;
  append_packed(text, stat);
  return text;
}

std::optional<PackedStat> unpack_stat(std::string_view text) {
  Numbers values{};
  std::size_t count = 0;
  while (count < field_count && !text.empty()) {
    const auto end = text.find(' ');
    const auto value = unpack_number(text.substr(0, end));
    if (!value) return std::nullopt;
    values[count++] = *value;
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  if (count < required_fields) return std::nullopt;
  return from_numbers(values);
}

std::optional<std::uint32_t> unpack_link_file_index(std::string_view text) {
  for (std::size_t field = 0; field < link_field; ++field) {
    const auto end = text.find(' ');
    if (end == std::string_view::npos) return field + 1 == required_fields ? std::optional(0U) : std::nullopt;
    text.remove_prefix(end + 1);
  }
  if (text.empty()) return 0U;
  const auto value = unpack_number(text.substr(0, text.find(' ')));
  if (!value) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

}  // namespace holdfast::format
