// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/postgres_sql.h"

#include "base/text.h"

namespace holdfast::catalog {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Where what begins at `from` ends, if it is something in which ?1 means nothing; otherwise `from`.
std::size_t end_of_opaque(std::string_view sql, std::size_t from) {
  const auto behind = [&](std::string_view end, std::size_t start) {
    const auto found = sql.find(end, start);
    return found == std::string_view::npos ? sql.size() : found + end.size();
  };
  if (sql[from] == '\'' || sql[from] == '"') return behind(sql.substr(from, 1), from + 1);
  if (sql.substr(from, 2) == "--") return behind("\n", from);
  if (sql.substr(from, 2) == "/*") return behind("*/", from + 2);
  return from;
}

std::string_view skip_blanks_and_comments(std::string_view sql) {
  while (!sql.empty()) {
    if (sql[0] == ' ' || sql[0] == '\n' || sql[0] == '\t' || sql[0] == '\r' || sql[0] == '(')
      sql.remove_prefix(1);
    else if (sql.starts_with("--") || sql.starts_with("/*"))
      sql.remove_prefix(end_of_opaque(sql, 0));
    else
      break;
  }
  return sql;
}

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  return out + quote;
}

}  // namespace

std::string with_dollar_places(std::string_view sql) {
  std::string out;
  out.reserve(sql.size());
  for (std::size_t at = 0; at < sql.size();) {
    if (const auto end = end_of_opaque(sql, at); end > at) {
      out += sql.substr(at, end - at);
      at = end;
      continue;
    }
    const bool is_place = sql[at] == '?' && at + 1 < sql.size() && is_digit(sql[at + 1]);
    out += is_place ? '$' : sql[at];
    ++at;
  }
  return out;
}

StatementKind kind_of_statement(std::string_view sql) {
  sql = skip_blanks_and_comments(sql);
  std::size_t length = 0;
  while (length < sql.size() && is_letter(sql[length])) ++length;
  const std::string word = to_lower(sql.substr(0, length));
  if (word == "select" || word == "values" || word == "table") return StatementKind::query;
  if (word == "insert") return StatementKind::insert;
  return StatementKind::other;
}

std::string quoted_text(std::string_view text) { return quoted(text, '\''); }
std::string quoted_name(std::string_view name) { return quoted(name, '"'); }

}  // namespace holdfast::catalog
