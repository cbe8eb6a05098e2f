// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace holdfast::format {

/// What stands before an object of a plugin (stream 26; interop 05, section 12). The view points into what was parsed.
struct PluginStart {
  std::int32_t file_index = 0;  ///< of the object that follows
  bool is_portable = true;
  std::string_view command;
};

/// "<FileIndex> 1 <portable> <command>\0"; nothing where it is not that, as at the end of an object: "<FileIndex> 0".
std::optional<PluginStart> parse_plugin_start(Bytes payload);

/// The payloads, all but the FileIndex and the blank behind it.
std::string plugin_start(bool is_portable, std::string_view command);
inline constexpr std::string_view plugin_end = "0";

}  // namespace holdfast::format
