// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace holdfast::catalog {

/// A column as catalog-schema.json describes it.
struct DocumentedColumn {
  std::string table, name, type, fallback;
  bool is_nullable = true;
  std::string sequence;  ///< that numbers it; empty for none
  auto operator<=>(const DocumentedColumn&) const = default;
};
std::ostream& operator<<(std::ostream& out, const DocumentedColumn& column);

/// What catalog-schema.json says, as far as tests compare it. Texts are joined with '|'.
struct DocumentedSchema {
  std::vector<DocumentedColumn> columns;
  std::vector<std::string> indexes;       ///< name|unique|partial|column,column
  std::vector<std::string> primary_keys;  ///< name|table|column,column
  std::vector<std::string> checks;        ///< name|table|value,value
};

/// Beside the golden recordings; empty where it is not at hand.
std::optional<DocumentedSchema> documented_schema();

}  // namespace holdfast::catalog
