// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/table.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace holdfast::director::console {
namespace {

constexpr std::size_t narrowest = 4;
constexpr std::size_t widest = 100;

bool is_whole_number(std::string_view text) {
  if (!text.empty() && text[0] == '-') text.remove_prefix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Characters, not bytes: continuation bytes of UTF-8 take no place on the screen.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool is_job_id(const Column& column) { return column.name == "jobid"; }

class Renderer {
 public:
  Renderer(Output& out, const Table& table, Numbers numbers)
      : out_(out), table_(table), plain_(numbers == Numbers::plain || out.settings().gui) {}

  void horizontal(const std::function<bool(const Row&)>& is_shown);
  void vertical(const std::function<bool(const Row&)>& is_shown);
  void raw(const std::function<bool(const Row&)>& is_shown);
  void json(const std::function<bool(const Row&)>& is_shown);

 private:
  std::size_t width(std::size_t column) const;
  std::string shown(const Column& column, const std::optional<std::string>& value) const;
  std::string cell(const Column& column, const std::string& value, std::size_t width) const;

  Output& out_;
  const Table& table_;
  bool plain_;
};

std::size_t Renderer::width(std::size_t index) const {
  const Column& column = table_.columns[index];
  std::size_t longest = 0;
  for (const Row& row : table_.rows)
    if (row[index]) longest = std::max(longest, characters(*row[index]));
  if (column.kind == Column::Kind::number && longest > 0 && !is_job_id(column)) longest += (longest - 1) / 3;
  return std::min(std::max({longest, characters(column.name), narrowest}), widest);
}

std::string Renderer::shown(const Column& column, const std::optional<std::string>& value) const {
  if (!value) return "";
  const bool separated = column.kind == Column::Kind::number && !is_job_id(column) && !plain_;
  return separated ? number_with_thousands(*value) : *value;
}

std::string Renderer::cell(const Column& column, const std::string& value, std::size_t width) const {
  const std::size_t length = characters(value);
  const std::string padding(length < width ? width - length : 0, ' ');
  const bool right = column.kind == Column::Kind::number && !plain_;
  return right ? padding + value : value + padding;
}

void Renderer::horizontal(const std::function<bool(const Row&)>& is_shown) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < table_.columns.size(); ++i) widths.push_back(width(i));

  std::string dashes = "+";
  std::string header = "|";
  for (std::size_t i = 0; i < widths.size(); ++i) {
    dashes += std::string(std::min(widths[i] + 2, widest), '-') + "+";
    const std::string& name = table_.columns[i].name;
    header += " " + name + std::string(widths[i] - std::min(widths[i], characters(name)), ' ') + " |";
  }
  out_.decoration(dashes + "\n" + header + "\n" + dashes + "\n");
  for (const Row& row : table_.rows) {
    if (is_shown && !is_shown(row)) continue;
    std::string line = out_.api() == Api::text ? "|" : "";
    for (std::size_t i = 0; i < widths.size(); ++i)
      line += " " + cell(table_.columns[i], shown(table_.columns[i], row[i]), widths[i]) + " |";
    out_.table_packet(line + "\n");
  }
  out_.decoration(dashes + "\n");
}

void Renderer::vertical(const std::function<bool(const Row&)>& is_shown) {
  std::size_t longest = 0;
  for (const Column& column : table_.columns) longest = std::max(longest, characters(column.name));
  for (const Row& row : table_.rows) {
    if (is_shown && !is_shown(row)) continue;
    std::string record;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const Column& column = table_.columns[i];
      record += fmt::format(" {:>{}}: {}\n", column.name, longest, shown(column, row[i]));
    }
    if (out_.api() == Api::text) record += "\n";
    out_.table_packet(record);
  }
}

void Renderer::raw(const std::function<bool(const Row&)>& is_shown) {
  for (const Row& row : table_.rows) {
    if (is_shown && !is_shown(row)) continue;
    std::string line;
    for (const auto& value : row) line += " " + value.value_or("");
    out_.table_packet(line);
  }
}

void Renderer::json(const std::function<bool(const Row&)>& is_shown) {
  for (const Row& row : table_.rows) {
    if (is_shown && !is_shown(row)) continue;
    const auto scope = out_.row();
    for (std::size_t i = 0; i < row.size(); ++i)
      out_.value(table_.columns[i].name, Json(row[i].value_or("")));
  }
}

}  // namespace

std::string number_with_thousands(std::string_view number) {
  if (!is_whole_number(number)) return std::string(number);
  const std::size_t start = number[0] == '-' ? 1 : 0;
  std::string result(number);
  for (std::size_t at = result.size(); at > start + 3;) {
    at -= 3;
    result.insert(at, ",");
  }
  return result;
}

void render(Output& out, const Table& table, TableStyle style, Numbers numbers,
            const std::function<bool(const Row&)>& is_shown) {
  Renderer renderer(out, table, numbers);
  if (out.is_json()) {
    renderer.json(is_shown);
  } else if (style == TableStyle::raw) {
    renderer.raw(is_shown);
  } else if (table.rows.empty()) {
    out.decoration("No results to list.\n");
  } else if (style == TableStyle::horizontal) {
    renderer.horizontal(is_shown);
  } else {
    renderer.vertical(is_shown);
  }
}

}  // namespace holdfast::director::console
