// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/suggestion.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace holdfast::config {

std::string did_you_mean(std::string_view word, std::span<const std::string_view> known) {
  // A third of the letters may be wrong, and one in short words; words that cannot be meant seriously cost nothing.
  constexpr std::size_t longest = 64;
  if (word.size() > longest) return {};
  const std::string lower = to_lower(word);
  std::size_t nearest_distance = std::max<std::size_t>(1, lower.size() / 3) + 1;
  std::string_view nearest;
  for (const std::string_view candidate : known) {
    // The distance is at least the difference in length.
    if (std::max(candidate.size(), lower.size()) - std::min(candidate.size(), lower.size()) >=
        nearest_distance)
      continue;
    const std::size_t distance = edit_distance(lower, to_lower(candidate));
    if (distance < nearest_distance) {
      nearest_distance = distance;
      nearest = candidate;
    }
  }
  if (nearest.empty()) return {};
  return fmt::format(". Did you mean \"{}\"?", nearest);
}

}  // namespace holdfast::config
