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

/// A larger payload must not be sent: it has to fit into one packet. (Readers of the peer would take some more, less than 1 MiB.)
inline constexpr std::size_t max_xattr_payload = 999'996;

void append_xattr(Buffer& to, const ExtendedAttribute& attribute);

/// All attributes of a payload; views into it. Empty optional where a magic is wrong or a length does not
/// fit.
std::optional<std::vector<ExtendedAttribute>> parse_xattrs(Bytes payload);

}  // namespace holdfast::format
