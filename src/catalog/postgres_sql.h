// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace holdfast::catalog {

/// ?1 becomes $1, except in quotes and comments.
std::string with_dollar_places(std::string_view sql);

/// How a statement begins, as far as it matters for running it.
enum class StatementKind {
  query,   ///< reads only, and can be read through a cursor
  insert,  ///< done twice it would add twice
  other,
};
StatementKind kind_of_statement(std::string_view sql);

/// 'it''s'
std::string quoted_text(std::string_view text);
/// "it""s", for names of tables and users
std::string quoted_name(std::string_view name);

}  // namespace holdfast::catalog
