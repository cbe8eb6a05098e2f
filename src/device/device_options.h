// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::device {

/// The Device Options of a device: "key=value,key=value". A backslash keeps the comma or backslash behind it; case,
/// blanks and underscores in keys do not matter (interop 04, section 11). A key may be given several times.
class DeviceOptions {
 public:
  /// Throws Error{invalid} for a part without "=" and for keys that are not among `known`, which are written in small
  /// letters only.
  DeviceOptions(std::string_view text, std::span<const std::string_view> known, char separator = ',');

  std::vector<std::string> all(std::string_view key) const;
  /// The last one counts.
  std::optional<std::string> find(std::string_view key) const;
  /// "10 MB", "64k". Throws Error{invalid} where the value is no size.
  std::uint64_t size(std::string_view key, std::uint64_t absent) const;
  /// A whole number.
  std::uint32_t number(std::string_view key, std::uint32_t absent) const;
  /// yes or no.
  bool is_set(std::string_view key) const;

 private:
  struct Option {
    std::string key;
    std::string value;
  };
  std::vector<Option> options_;
};

}  // namespace holdfast::device
