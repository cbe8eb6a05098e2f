// SPDX-License-Identifier: AGPL-3.0-or-later
// query: the queries of the Director's QueryFile. sqlquery: SQL that is typed.
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "base/error.h"
#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/handlers.h"
#include "director/console/query_file.h"
#include "director/console/sql.h"
#include "director/console/table.h"

namespace holdfast::director::console::handle {
namespace {

void show(Command& command, catalog::Catalog& catalog, const std::string& sql, TableStyle style) {
  try {
    render(command.out, run_sql(catalog, sql), style);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::network) throw;
    command.out.error(fmt::format("Query failed: {}. ERR={}\n", sql, error.message()));
  }
}

std::optional<std::vector<StoredQuery>> read_queries(Command& command) {
  const std::string& path = command.config().director().query_file;
  std::ifstream file(path);
  if (!file) {
    command.out.error(fmt::format("Could not open {}: ERR={}\n", path, std::strerror(errno)));
    return std::nullopt;
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return parse_queries(text);
}

const StoredQuery* choose_query(Command& command, const std::vector<StoredQuery>& queries) {
  std::vector<std::string> titles;
  for (const StoredQuery& query : queries) titles.push_back(query.title);
  const auto chosen = command.ask.select({"Available queries:\n", "query", "Choose a query", titles});
  return chosen ? &queries[*chosen] : nullptr;
}

/// Empty where one was refused.
std::optional<std::vector<std::string>> ask_for_answers(Command& command, const StoredQuery& query) {
  std::vector<std::string> answers;
  for (const std::string& prompt : query.prompts) {
    auto answer = command.ask.line(prompt + (prompt.ends_with(':') ? " " : ": "));
    if (!answer) return std::nullopt;
    answers.push_back(std::move(*answer));
  }
  return answers;
}

/// Up to its semicolon; empty at the end of all queries.
std::string type_statement(Command& command) {
  std::string statement;
  for (;;) {
    const auto line = command.ask.line(statement.empty() ? "Enter SQL query: " : "Add to SQL query: ");
    if (!line || trim(*line).empty()) return "";
    statement += (statement.empty() ? "" : " ") + std::string(trim(*line));
    if (!statement.ends_with(';')) continue;
    statement.pop_back();
    return statement;
  }
}

}  // namespace

Outcome query(Command& command) {
  if (!command.ask.can_ask()) return Outcome::ok;
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::own);
  if (!catalog) return Outcome::failed;
  const auto queries = read_queries(command);
  if (!queries) return Outcome::failed;
  if (queries->empty()) {
    command.out.error("Could not find query.\n");
    return Outcome::failed;
  }
  const StoredQuery* chosen = choose_query(command, *queries);
  if (!chosen) return Outcome::ok;
  if (chosen->prompts.size() > most_prompts) {
    command.out.error("Too many prompts in query, max is 9.\n");
    return Outcome::failed;
  }
  const auto answers = ask_for_answers(command, *chosen);
  if (!answers) return Outcome::ok;
  if (chosen->statements.empty()) command.out.error("Could not find query.\n");
  for (const std::string& statement : chosen->statements) {
    const bool is_vertical = statement.starts_with('!');
    std::vector<std::size_t> missing;
    const std::string sql = fill_in(std::string_view(statement).substr(is_vertical), *answers, missing);
    for (const std::size_t number : missing)
      command.out.error(fmt::format("Warning prompt {} missing.\n", number));
    show(command, *catalog, sql, is_vertical ? TableStyle::vertical : TableStyle::horizontal);
  }
  return Outcome::ok;
}

Outcome sql_query(Command& command) {
  if (!command.ask.can_ask()) return Outcome::ok;
  const auto use = command.line.has("sharedsession") ? CatalogUse::shared : CatalogUse::own;
  catalog::Catalog* catalog = open_catalog(command, use);
  if (!catalog) return Outcome::failed;
  command.out.text(
      "Entering SQL query mode.\nTerminate each query with a semicolon.\nTerminate query mode with a blank "
      "line.\n");
  for (std::string sql = type_statement(command); !sql.empty(); sql = type_statement(command))
    show(command, *catalog, sql, TableStyle::horizontal);
  command.out.text("End query mode.\n");
  return Outcome::ok;
}

}  // namespace holdfast::director::console::handle
