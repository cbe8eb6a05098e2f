// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdfast::jobs {

/// Applies the operators of a LabelFormat variable, separated by ':', to its value (interop 06, section 9.3):
/// "u", "o0,2", "p/6/0/r", "s/ool/x/g", "-default". Empty where there is no value after all of them, or an
/// operator is malformed.
std::optional<std::string> apply_label_operators(std::optional<std::string> value,
                                                 std::string_view operators);

}  // namespace holdfast::jobs
