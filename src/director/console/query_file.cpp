// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/query_file.h"

#include "base/text.h"

namespace holdfast::director::console {
namespace {

/// Adds a line to the statement that is under way, and moves what ends in ';' to the others.
void add_sql(std::string& statement, std::string_view line, StoredQuery& query) {
  if (!statement.empty()) statement += '\n';
  statement += line;
  if (!line.ends_with(';')) return;
  statement.pop_back();
  query.statements.push_back(std::exchange(statement, {}));
}

}  // namespace

std::vector<StoredQuery> parse_queries(std::string_view text) {
  std::vector<StoredQuery> queries;
  std::string statement;
  for (const std::string_view whole : split(text, '\n')) {
    const std::string_view line = trim(whole);
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with(':')) {
      statement.clear();
      queries.push_back({std::string(trim(line.substr(1))), {}, {}});
    } else if (queries.empty()) {
      continue;
    } else if (line.starts_with('*') && statement.empty()) {
      queries.back().prompts.emplace_back(trim(line.substr(1)));
    } else {
      add_sql(statement, line, queries.back());
    }
  }
  return queries;
}

std::string fill_in(std::string_view statement, const std::vector<std::string>& answers,
                    std::vector<std::size_t>& missing) {
  std::string filled;
  for (std::size_t i = 0; i < statement.size(); ++i) {
    const char next = i + 1 < statement.size() ? statement[i + 1] : ' ';
    if (statement[i] != '%' || (next != '%' && (next < '1' || next > '9'))) {
      filled += statement[i];
      continue;
    }
    ++i;
    const auto number = static_cast<std::size_t>(next - '0');
    if (next == '%')
      filled += '%';
    else if (number <= answers.size())
      filled += replace_all(answers[number - 1], "'", "''");
    else
      missing.push_back(number);
  }
  return filled;
}

}  // namespace holdfast::director::console
