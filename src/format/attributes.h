// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "format/file_type.h"
#include "format/packed_stat.h"

namespace holdfast::format {

/// The payload of streams 1 and 5 (interop 05, section 3). The views point into the parsed payload.
struct Attributes {
  std::uint32_t file_index = 0;  ///< may differ from the record header, which then is right
  FileType type = FileType::regular;
  std::int32_t type_flags = 0;     ///< bits above file_type_mask, in place
  std::string_view name{};         ///< full path, bytes; directories with one slash at the end
  std::string_view packed_stat{};  ///< see unpack_stat(); kept packed because the catalog stores it so
  std::string_view link{};         ///< target of a symlink, first saved name of a hard link
  std::string_view extended{};     ///< Windows and macOS
  std::uint32_t delta_sequence = 0;
};

/// Empty where the payload is no attributes record: numbers missing, fields not terminated. Trailing fields
/// after <link> may be missing, as old writers left them out.
std::optional<Attributes> parse_attributes(Bytes payload);

/// Appends the payload, with all its NULs. The texts must not contain NUL.
void append_attributes(Buffer& to, const Attributes& attributes);

}  // namespace holdfast::format
