// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/catalog/documented_schema.h"

#include <fstream>

#include "base/text.h"
#include "testing/base/golden.h"

namespace holdfast::catalog {
namespace {

/// The text of "key": in a line such as {"name": "jobid", "type": "integer", …}.
std::string field(std::string_view line, std::string_view key) {
  const std::string start = "\"" + std::string(key) + "\": ";
  auto from = line.find(start);
  if (from == std::string_view::npos) return "";
  from += start.size();
  if (line[from] == '"') return std::string(line.substr(from + 1, line.find('"', from + 1) - from - 1));
  if (line[from] == '[') {
    const std::string list(line.substr(from + 1, line.find(']', from) - from - 1));
    return replace_all(replace_all(list, "\"", ""), ", ", ",");
  }
  return std::string(line.substr(from, line.find_first_of(",}", from) - from));
}

std::string flag(std::string_view line, std::string_view key) {
  return field(line, key) == "true" ? "1" : "0";
}

std::optional<std::filesystem::path> schema_file() {
  const auto folder = testing_support::golden("");
  if (!folder) return std::nullopt;
  auto file = folder->parent_path().parent_path() / "interop" / "catalog-schema.json";
  if (!exists(file)) file = folder->parent_path() / "interop" / "catalog-schema.json";
  if (!exists(file)) return std::nullopt;
  return file;
}

/// The file has a line for each column, index, key and check.
void read_line(std::string_view line, std::string& table, std::string& key, DocumentedSchema& schema) {
  const std::string_view text = trim(line);
  if (line.starts_with("  \"") && text.ends_with("\": {")) table = text.substr(1, text.size() - 5);
  if (text.starts_with("\"primary_key\"")) key = field(text, "primary_key");
  if (text.starts_with("\"primary_key_name\""))
    schema.primary_keys.push_back(field(text, "primary_key_name") + "|" + table + "|" + key);
  if (text.find("\"primary\": false") != std::string_view::npos)
    schema.indexes.push_back(field(text, "name") + "|" + flag(text, "unique") + "|" +
                             (field(text, "where").empty() ? "0" : "1") + "|" + field(text, "columns"));
  if (text.find("\"allowed\"") != std::string_view::npos)
    schema.checks.push_back(field(text, "name") + "|" + table + "|" + field(text, "allowed"));
  if (text.starts_with("{\"name\"") && text.find("\"nullable\"") != std::string_view::npos)
    schema.columns.push_back({table, field(text, "name"), field(text, "type"), field(text, "default"),
                              field(text, "nullable") == "true", field(text, "sequence")});
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const DocumentedColumn& column) {
  return out << column.table << '.' << column.name << ' ' << column.type << " default " << column.fallback
             << (column.is_nullable ? "" : " not null") << ' ' << column.sequence;
}

std::optional<DocumentedSchema> documented_schema() {
  const auto file = schema_file();
  if (!file) return std::nullopt;
  DocumentedSchema schema;
  std::string table, key, line;
  for (std::ifstream in(*file); std::getline(in, line);) read_line(line, table, key, schema);
  return schema;
}

}  // namespace holdfast::catalog
