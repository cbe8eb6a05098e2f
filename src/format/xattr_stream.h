// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace holdfast::format {

/// One extended attribute in the payload of an xattr stream (interop 05, section 9). The name is the full one
/// with its namespace; no NUL is stored.
struct ExtendedAttribute {
  std::string_view name;
  Bytes value;
};

/// A payload of this size or more must not be sent: readers of the peer refuse it.
inline constexpr std::size_t max_xattr_payload = 1024 * 1024;

void append_xattr(Buffer& to, const ExtendedAttribute& attribute);

/// All attributes of a payload; views into it. Empty optional where a magic is wrong or a length does not
/// fit.
std::optional<std::vector<ExtendedAttribute>> parse_xattrs(Bytes payload);

}  // namespace holdfast::format
