// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// For .cpp files of roles whose rows have many columns: one table of columns gives the texts of the statements, reads
// rows and writes them.

#include <fmt/core.h>

#include <deque>
#include <string>
#include <vector>

#include "catalog/sql_session.h"

namespace holdfast::catalog {

/// A column and what it is in a Row.
template <typename Row>
struct RowColumn {
  std::string_view name;
  void (*read)(ColumnReader& from, Row& row);
  /// `texts` keeps what the value refers to where the row itself does not hold it.
  SqlValue (*value)(const Row& row, std::deque<std::string>& texts);
};

namespace detail {

inline void read(ColumnReader& from, std::string& member) { member = from.text(); }
inline void read(ColumnReader& from, bool& member) { member = from.flag(); }
inline void read(ColumnReader& from, Moment& member) { member = from.moment(); }
template <std::integral Number>
void read(ColumnReader& from, Number& member) {
  member = from.number<Number>();
}
template <typename Tag, typename Number>
void read(ColumnReader& from, Id<Tag, Number>& member) {
  member = from.id<Id<Tag, Number>>();
}

template <typename Member>
SqlValue value(const Member& member, std::deque<std::string>&) {
  return value_of(member);
}
inline SqlValue value(const Moment& member, std::deque<std::string>& texts) {
  if (member == Moment{}) return {};
  return value_of(texts.emplace_back(to_text(member)));
}

template <typename Row, typename Member>
Row row_of(Member Row::*);

}  // namespace detail

template <auto Member, typename Row = decltype(detail::row_of(Member))>
constexpr RowColumn<Row> column(std::string_view name) {
  return {name, [](ColumnReader& from, Row& row) { detail::read(from, row.*Member); },
          [](const Row& row, std::deque<std::string>& texts) { return detail::value(row.*Member, texts); }};
}

/// "PoolId, Slot"
template <typename Columns>
std::string names_of(const Columns& columns) {
  std::string names;
  for (const auto& column : columns) names += fmt::format("{}{}", names.empty() ? "" : ", ", column.name);
  return names;
}

/// "?1, ?2"
template <typename Columns>
std::string places_of(const Columns& columns) {
  std::string places;
  for (std::size_t i = 1; i <= std::size(columns); ++i) places += fmt::format("{}?{}", i > 1 ? ", " : "", i);
  return places;
}

/// "PoolId = ?1, Slot = ?2"
template <typename Columns>
std::string assignments_of(const Columns& columns) {
  std::string assignments;
  for (std::size_t i = 0; i < std::size(columns); ++i)
    assignments += fmt::format("{}{} = ?{}", i > 0 ? ", " : "", columns[i].name, i + 1);
  return assignments;
}

template <typename Columns, typename Row>
void read_columns(const Columns& columns, ColumnReader& from, Row& row) {
  for (const auto& column : columns) column.read(from, row);
}

/// The values of all columns of a row, for ?1 and so on. The row must outlive it.
class RowValues {
 public:
  template <typename Columns, typename Row>
  RowValues(const Columns& columns, const Row& row) {
    for (const auto& column : columns) values_.push_back(column.value(row, texts_));
  }
  std::span<const SqlValue> values() const { return values_; }

 private:
  std::deque<std::string> texts_;
  std::vector<SqlValue> values_;
};

}  // namespace holdfast::catalog
