// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "format/bootstrap.h"

namespace holdfast::format {

/// Cuts the text of a bootstrap into statements and values (interop 04, section 14.1). A take function that
/// comes back empty leaves the rest of the line unspecified: the caller gives up on the text.
class BootstrapLexer {
 public:
  explicit BootstrapLexer(std::string_view text) : left_(text) {}

  /// Goes to the next statement, over blank lines and comments; false at the end of the text.
  bool find_statement();
  std::size_t line() const { return line_; }

  /// The keyword without its blanks, and the '=' behind it; empty where there is no such thing.
  std::optional<std::string> take_keyword();
  /// Quoted (adjacent ones are joined) or bare.
  std::optional<std::string> take_string();
  std::optional<std::uint64_t> take_number();
  /// "7" or "7-9".
  std::optional<Range<std::uint64_t>> take_range();
  /// Whether another value of a list follows; takes the comma.
  bool take_comma();
  /// What is left of the line, without blanks at its ends.
  std::string_view take_rest_of_line();
  bool at_end_of_statement();

 private:
  void skip_blanks();
  char peek() const { return left_.empty() ? '\n' : left_.front(); }
  void advance(std::size_t count = 1);
  bool take_quoted(std::string& to);
  std::string take_bare();

  std::string_view left_;
  std::size_t line_ = 1;
};

}  // namespace holdfast::format
