// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::console {

/// Asks the Director; the packets of its answer.
using Ask = std::function<std::vector<std::string>(const std::string& command)>;

enum class Mode { commands, restore_tree };

/// Words for the end of `line`, whose last `typed` characters are a beginning (interop 10, section 2.5):
/// commands, their keywords, or names behind `keyword=`.
std::vector<std::string> completions(const std::string& line, std::size_t typed, Mode mode, const Ask& ask);

/// The words of a usage text that can be typed: "job=" and "yes" of "job=<job-name> [ yes ]".
std::vector<std::string> usage_words(std::string_view usage);

}  // namespace holdfast::console
