// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "format/stream.h"

namespace holdfast::format {

/// What an attributes record and the catalog's LStat column say about a file (interop 05, section 3.1).
/// Times in whole Unix seconds. The fields stand in the order of the text.
struct PackedStat {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint32_t mode = 0;  ///< type and permission bits, as in st_mode
  std::uint64_t links = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint64_t rdev = 0;  ///< on Windows the file attributes
  std::int64_t size = 0;   ///< -1: unknown (plugins)
  std::int64_t block_size = 0;
  std::int64_t blocks = 0;
  std::int64_t access_time = 0;
  std::int64_t modification_time = 0;
  std::int64_t change_time = 0;
  std::uint32_t link_file_index = 0;  ///< of the first saved name, for FileType::hard_link_saved
  std::uint32_t flags = 0;            ///< BSD
  StreamId data_stream = StreamId::none;

  bool operator==(const PackedStat&) const = default;
};

/// "gB gAC IGk B Po Bk A O BAA I BlU/EA BlUp+A BlU+Lw A A C"
std::string pack(const PackedStat& stat);
void append_packed(std::string& to, const PackedStat& stat);

/// The last three fields may be missing; anything behind the sixteenth is ignored. Empty where the text is
/// no packed stat.
std::optional<PackedStat> unpack_stat(std::string_view text);

/// Only the file index of the first saved name, for those who read millions of rows: what
/// unpack_stat() would give, without decoding the rest.
std::optional<std::uint32_t> unpack_link_file_index(std::string_view text);

}  // namespace holdfast::format
