// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace holdfast {

/// A POSIX extended regular expression as RE2 writes it (docs/adr/0008-regular-expressions-with-re2.md). Of what the C library adds,
/// \w \W \s \S \b \B \< \> \` \' are known, and a bracket that closes nothing stands for itself. Throws Error{invalid} where
/// brackets, intervals or escapes are wrong, and for back-references; what else is wrong is left to RE2.
std::string re2_syntax(std::string_view posix_expression);

}  // namespace holdfast
