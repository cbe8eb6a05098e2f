// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace holdfast::device {

/// The value of a code, "%v"; nothing: the code stays as it is.
using CodeValue = std::function<std::optional<std::string>(char code)>;

/// The words of a configured command with their codes replaced, so that no value becomes two words. Words that become empty are
/// left out.
std::vector<std::string> with_codes(const std::vector<std::string>& words, const CodeValue& value_of);

}  // namespace holdfast::device
