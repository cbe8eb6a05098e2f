// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>

namespace holdfast::format {

/// The kind of object an attributes record describes (interop 05, section 4).
enum class FileType : std::int32_t {
  hard_link_saved = 1,  ///< another name of a file already saved in this job
  regular_empty = 2,
  regular = 3,
  symlink = 4,
  directory = 5,  ///< sent after everything below it; the name ends in '/'
  special = 6,    ///< device node, FIFO, socket
  no_access = 7,
  no_follow = 8,
  no_stat = 9,
  unchanged = 10,
  directory_unchanged = 11,
  archive = 12,
  no_recurse = 13,
  other_file_system = 14,
  not_opened = 15,
  raw_device = 16,       ///< block device whose contents were saved
  fifo = 17,             ///< FIFO whose contents were saved
  directory_begin = 18,  ///< internal, never stored
  unwanted_file_system = 19,
  unwanted_drive_type = 20,
  reparse_point = 21,  ///< Windows; directory naming
  plugin = 22,
  deleted = 23,  ///< gone since the base of an accurate backup
  base = 24,
  restore_first = 25,  ///< restore object
  junction = 26,       ///< Windows; link holds the target
  plugin_config = 27,
  plugin_config_filled = 28,
};

/// Bits above these in the type field are flags.
inline constexpr std::int32_t file_type_mask = 0xFFFF;

/// Names of these types end in a slash.
constexpr bool is_directory(FileType type) {
  return type == FileType::directory || type == FileType::reparse_point || type == FileType::no_recurse ||
         type == FileType::other_file_system || type == FileType::unwanted_file_system ||
         type == FileType::unwanted_drive_type;
}

constexpr std::int32_t number(FileType type) { return static_cast<std::int32_t>(type); }

}  // namespace holdfast::format
