// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "selection/known_files.h"

namespace holdfast::selection {

/// Appends a number below 2^64 in groups of seven bits, the lowest first: one byte for most.
void append_varint(std::string& to, std::uint64_t value);
/// Takes one from the front; empty where the bytes end before it does.
std::optional<std::uint64_t> take_varint(std::string_view& from);

/// Appends what is known of a file in some 40 bytes.
void append_entry(std::string& to, const KnownFile& file);
/// Takes it from the front; the digest points into `from`. Empty where the bytes are no entry.
std::optional<KnownFile> take_entry(std::string_view& from);

}  // namespace holdfast::selection
