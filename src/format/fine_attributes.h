// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::format {

/// What the packed stat has no room for. Holdfast keeps it in the field <attrEx> of the attributes record, which readers
/// of the peer pass over (docs/formats/streams.md, docs/adr/0410).
struct FineAttributes {
  std::uint32_t access_nanoseconds = 0;        ///< below 1,000,000,000, as is the next
  std::uint32_t modification_nanoseconds = 0;  ///< both count from the second in the packed stat
  std::uint32_t flags = 0;                     ///< those of `chattr`, see os/file_flags.h

  bool is_empty() const { return (access_nanoseconds | modification_nanoseconds | flags) == 0; }
  bool operator==(const FineAttributes&) const = default;
};

/// The longest text of append_fine().
inline constexpr std::size_t most_fine_text = 3 + 3 * 13;

/// Nothing where there is nothing to keep.
void append_fine(std::string& to, const FineAttributes& attributes);

/// Empty for every other text, such as those of macOS and Windows.
FineAttributes parse_fine(std::string_view extended);

}  // namespace holdfast::format
