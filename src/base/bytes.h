// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// The lowest floor: types and small functions that every other folder may use. Nothing here knows about
// backups, does I/O or includes a header of the operating system.

#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

using Bytes = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;
using Buffer = std::vector<std::byte>;

/// The characters of `text` as bytes; valid as long as they are.
inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

/// The bytes as characters, whatever they are; valid as long as they are.
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Buffer to_buffer(Bytes bytes) { return {bytes.begin(), bytes.end()}; }
inline Buffer to_buffer(std::string_view text) { return to_buffer(as_bytes(text)); }

inline void append(Buffer& to, Bytes bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

inline bool equal(Bytes a, Bytes b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace holdfast
