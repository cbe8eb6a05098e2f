// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <fmt/core.h>

#include <array>
#include <cstdint>
#include <string>

namespace holdfast::apps {

/// For people, with decimal units: "135.2 MB".
inline std::string amount_of_bytes(std::uint64_t bytes) {
  constexpr std::array units{"kB", "MB", "GB", "TB", "PB"};
  if (bytes < 1000) return fmt::format("{} bytes", bytes);
  double amount = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  for (; amount >= 1000 && unit + 1 < units.size(); ++unit) amount /= 1000;
  return fmt::format("{:.1f} {}", amount, units.at(unit));
}

}  // namespace holdfast::apps
