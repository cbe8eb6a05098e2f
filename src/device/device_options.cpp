// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/device_options.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"

namespace holdfast::device {
namespace {

/// Splits at separators that no backslash stands before, and takes the backslashes away.
std::vector<std::string> parts_of(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == separator || text[i + 1] == '\\')) {
      parts.back() += text[++i];
    } else if (text[i] == separator) {
      parts.emplace_back();
    } else {
      parts.back() += text[i];
    }
  }
  return parts;
}

std::string normal_key(std::string_view key) {
  std::string normal = to_lower(key);
  std::erase_if(normal, [](char c) { return c == ' ' || c == '\t' || c == '_'; });
  return normal;
}

}  // namespace

DeviceOptions::DeviceOptions(std::string_view text, std::span<const std::string_view> known, char separator) {
  for (const auto& part : parts_of(text, separator)) {
    if (trim(part).empty()) continue;
    const auto equals = part.find('=');
    const auto key = normal_key(std::string_view(part).substr(0, equals));
    if (equals == std::string::npos || std::find(known.begin(), known.end(), key) == known.end()) {
      std::string names;
      for (const auto name : known) names += " " + std::string(name);
      throw Error(ErrorKind::invalid, "\"{}\" is no device option; there are:{}", printable(part), names);
    }
    options_.push_back({key, std::string(trim(std::string_view(part).substr(equals + 1)))});
  }
}

std::vector<std::string> DeviceOptions::all(std::string_view key) const {
  std::vector<std::string> values;
  for (const auto& option : options_) {
    if (option.key == key) values.push_back(option.value);
  }
  return values;
}

std::optional<std::string> DeviceOptions::find(std::string_view key) const {
  auto values = all(key);
  if (values.empty()) return std::nullopt;
  return std::move(values.back());
}

std::uint64_t DeviceOptions::size(std::string_view key, std::uint64_t absent) const {
  const auto value = find(key);
  if (!value) return absent;
  const auto size = parse_size(*value);
  if (!size) throw Error(ErrorKind::invalid, "device option {}: \"{}\" is no size", key, printable(*value));
  return *size;
}

std::uint32_t DeviceOptions::number(std::string_view key, std::uint32_t absent) const {
  const auto value = find(key);
  if (!value) return absent;
  const auto number = parse_number<std::uint32_t>(*value);
  if (!number)
    throw Error(ErrorKind::invalid, "device option {}: \"{}\" is no number", key, printable(*value));
  return *number;
}

bool DeviceOptions::is_set(std::string_view key) const {
  const auto value = find(key);
  if (!value || equal_ignoring_case(*value, "no")) return false;
  if (equal_ignoring_case(*value, "yes")) return true;
  throw Error(ErrorKind::invalid, "device option {}: \"{}\" is neither yes nor no", key, printable(*value));
}

}  // namespace holdfast::device
