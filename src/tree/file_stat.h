// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// Files as a backup sees them: reading every kind of file with its names, times, owners and extended
// attributes (FileSource), and making them again (FileTarget). The real file system and memory implement
// both. What is saved and in which form is the business of archive.

#include <cstdint>
#include <system_error>

#include "base/expected.h"

namespace holdfast::tree {

/// What one operation on one file gives, or the system's reason why not; callers report it and go on.
template <typename T>
using Outcome = Expected<T, std::error_code>;

enum class Kind : std::uint8_t {
  unknown,
  regular,
  directory,
  symlink,
  fifo,
  socket,
  character_device,
  block_device,
};

/// The type bits of st_mode, the same on every system we know.
inline constexpr std::uint32_t mode_type_mask = 0170000;
inline constexpr std::uint32_t mode_permissions = 07777;
Kind kind_of_mode(std::uint32_t mode);
std::uint32_t mode_of_kind(Kind kind);

struct Timestamp {
  std::int64_t seconds = 0;  ///< Unix time
  std::uint32_t nanoseconds = 0;
  auto operator<=>(const Timestamp&) const = default;
};

struct FileStat {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint32_t mode = 0;  ///< type and permissions, as in st_mode
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint64_t links = 0;
  std::uint64_t rdev = 0;
  std::int64_t size = 0;
  std::int64_t block_size = 0;
  std::int64_t blocks = 0;  ///< of 512 bytes
  Timestamp access;
  Timestamp modification;
  Timestamp change;

  Kind kind() const { return kind_of_mode(mode); }
  bool is_same_file(const FileStat& other) const { return device == other.device && inode == other.inode; }
};

}  // namespace holdfast::tree
