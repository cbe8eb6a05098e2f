// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>

#include "os/file_stat.h"

namespace holdfast::os {

// What `chattr` sets and `lsattr` shows; the numbers are the kernel's, in the flags of a file system and in statx() alike.
inline constexpr std::uint32_t flag_compressed = 0x4;
inline constexpr std::uint32_t flag_immutable = 0x10;
inline constexpr std::uint32_t flag_append_only = 0x20;
inline constexpr std::uint32_t flag_no_dump = 0x40;
/// Those that FileStat::flags tells: the ones that a look at a file shows without opening it.
inline constexpr std::uint32_t kept_flags =
    flag_compressed | flag_immutable | flag_append_only | flag_no_dump;
/// Those that keep a file from being replaced, and a directory from taking names.
inline constexpr std::uint32_t protecting_flags = flag_immutable | flag_append_only;

/// Sets `set` and clears `clear` of a file or directory; others stay. not_supported where the file system has no flags.
Outcome<void> change_flags(int fd, std::uint32_t set, std::uint32_t clear);
/// Of a name in an open directory; a symlink is not followed.
Outcome<void> change_flags_at(int directory, const char* name, std::uint32_t set, std::uint32_t clear);

}  // namespace holdfast::os
