// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace holdfast::config {

/// ". Did you mean "Schedule"?", for the known word nearest to `word`; empty where none is near.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> known);

}  // namespace holdfast::config
