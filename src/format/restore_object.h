// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"

namespace holdfast::format {

/// What a plugin wants back at a restore (stream 28; interop 03, section 7.10). The views point into what was parsed.
struct RestoreObject {
  std::uint32_t file_index = 0;
  std::int32_t type = 0;
  std::int32_t index = 0;
  std::uint32_t full_length = 0;  ///< before compression
  std::int32_t compression = 0;
  std::string_view plugin;
  std::string_view name;
  std::string_view object;
};

/// "<FileIndex> <FileType> <index> <length> <full length> <compression> <plugin>\0<name>\0<object>\0"; nothing where it is
/// not that.
std::optional<RestoreObject> parse_restore_object(Bytes payload);

}  // namespace holdfast::format
