// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "director/console/output.h"

namespace holdfast::director::console {

struct Column {
  std::string name;  ///< lower case
  enum class Kind { text, number } kind = Kind::text;
};

/// One row of a listing; an empty optional is NULL.
using Row = std::vector<std::optional<std::string>>;

struct Table {
  std::vector<Column> columns;
  std::vector<Row> rows;
};

enum class TableStyle {
  horizontal,  ///< `list`: columns side by side
  vertical,    ///< `llist`: one line per column
  raw,         ///< values only
};

/// What numbers look like: aligned to the right with thousands separators, or as they are.
enum class Numbers { with_thousands, plain };

/// Renders a table: text in text modes, an object per row at the present place of the JSON result. `is_shown`
/// hides rows that the console may not see; they still count for the widths (interop 09, section 3.3).
void render(Output& out, const Table& table, TableStyle style, Numbers numbers = Numbers::with_thousands,
            const std::function<bool(const Row&)>& is_shown = nullptr);

/// "1234567" -> "1,234,567"; what is no whole number stays.
std::string number_with_thousands(std::string_view number);

}  // namespace holdfast::director::console
