// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "base/text.h"

namespace holdfast::config {

/// A day of the week, a month or a position in the month, by its two names.
struct RunName {
  std::string_view brief;
  std::string_view full;
};

inline constexpr std::array week_day_names{RunName{"Sun", "sunday"},   RunName{"Mon", "monday"},
                                           RunName{"Tue", "tuesday"},  RunName{"Wed", "wednesday"},
                                           RunName{"Thu", "thursday"}, RunName{"Fri", "friday"},
                                           RunName{"Sat", "saturday"}};

inline constexpr std::array month_names{
    RunName{"Jan", "january"}, RunName{"Feb", "february"}, RunName{"Mar", "march"},
    RunName{"Apr", "april"},   RunName{"May", "may"},      RunName{"Jun", "june"},
    RunName{"Jul", "july"},    RunName{"Aug", "august"},   RunName{"Sep", "september"},
    RunName{"Oct", "october"}, RunName{"Nov", "november"}, RunName{"Dec", "december"}};

inline constexpr std::array position_names{RunName{"1st", "first"}, RunName{"2nd", "second"},
                                           RunName{"3rd", "third"}, RunName{"4th", "fourth"},
                                           RunName{"5th", "fifth"}};

inline std::optional<std::size_t> index_of_name(std::span<const RunName> names, std::string_view word) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (equal_ignoring_case(names[i].brief, word) || equal_ignoring_case(names[i].full, word)) return i;
  }
  return std::nullopt;
}

}  // namespace holdfast::config
