// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <system_error>

#include "base/expected.h"

namespace holdfast::os {

/// What one call on one file gives, or the system's reason why not, for callers that decide on it at once.
template <typename T>
using Outcome = Expected<T, std::error_code>;

enum class FileKind : std::uint8_t {
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

constexpr FileKind kind_of_mode(std::uint32_t mode) {
  switch (mode & mode_type_mask) {
    case 0100000: return FileKind::regular;
    case 0040000: return FileKind::directory;
    case 0120000: return FileKind::symlink;
    case 0010000: return FileKind::fifo;
    case 0140000: return FileKind::socket;
    case 0020000: return FileKind::character_device;
    case 0060000: return FileKind::block_device;
    default: return FileKind::unknown;
  }
}

struct Timestamp {
  std::int64_t seconds = 0;  ///< Unix time
  std::uint32_t nanoseconds = 0;
  auto operator<=>(const Timestamp&) const = default;
};

/// Now, as the system stamps a file that changes: it moves on by some milliseconds at once. Costs no system call.
Timestamp file_time();

struct FileStat {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint32_t mode = 0;  ///< type and permissions, as in st_mode
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint32_t flags = 0;  ///< kept_flags of os/file_flags.h; none where the file system has no flags
  std::uint64_t links = 0;
  std::uint64_t rdev = 0;
  std::int64_t size = 0;
  std::int64_t block_size = 0;
  std::int64_t blocks = 0;  ///< of 512 bytes
  Timestamp access{};
  Timestamp modification{};
  Timestamp change{};

  FileKind kind() const { return kind_of_mode(mode); }
  bool is_same_file(const FileStat& other) const { return device == other.device && inode == other.inode; }
};

}  // namespace holdfast::os
