// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/resource.h"

namespace holdfast::config {

/// A piece of a configuration (interop 06, section 2); the numbers and names appear in messages.
struct Token {
  enum class Kind : std::uint8_t {
    end_of_file = 101,
    number = 102,
    identifier = 104,  ///< letters only, blanks inside dropped
    unquoted = 105,
    quoted = 106,
    open = 108,
    close = 109,
    equals = 110,
    comma = 111,
    end_of_line = 112,
    error = 200,  ///< a quoted string without end; the text is what there is of it
  };

  Kind kind = Kind::end_of_file;
  std::string text;
  Place place;

  bool is(Kind other) const { return kind == other; }
  /// Identifier, unquoted or quoted: what most values are made of.
  bool is_word() const { return is(Kind::identifier) || is(Kind::unquoted) || is(Kind::quoted); }
};

/// "BCT_IDENTIFIER": the name that messages of the peer use.
std::string_view token_name(Token::Kind kind);

}  // namespace holdfast::config
