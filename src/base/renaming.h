// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/patterns.h"

namespace holdfast {

/// A list of replacements "!regex!replacement!flags,…" (interop 02, section 5.6). Any thread.
class RegexWhere {
 public:
  /// Throws Error{invalid} where no expression is valid.
  explicit RegexWhere(std::string_view expressions);

  /// Each expression is applied once, in order, to the result of the one before. Throws what Regex::replaced() throws.
  std::string apply(std::string name) const;

 private:
  struct Rule {
    Regex expression;
    std::string replacement;  ///< with $n and \n
  };
  std::vector<Rule> rules_;
};

}  // namespace holdfast
