// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// Values on their way to PostgreSQL. Inside of this folder only.

#include <deque>
#include <span>
#include <string>
#include <vector>

#include "catalog/catalog.h"

namespace holdfast::catalog {

/// The type numbers of pg_type, which never change.
using PostgresType = unsigned;
inline constexpr PostgresType bytea_type = 17;
inline constexpr PostgresType bigint_type = 20;
inline constexpr PostgresType smallint_type = 21;
inline constexpr PostgresType integer_type = 23;
inline constexpr PostgresType text_type = 25;
inline constexpr PostgresType char_type = 1042;
inline constexpr PostgresType varchar_type = 1043;

bool is_text(PostgresType type);

/// A number as a column of this type keeps it: what is too large for the signed type wraps around, as the peer keeps
/// unsigned numbers (interop 07, section 2.1).
std::int64_t as_kept(std::int64_t number, PostgresType type);

/// The arrays libpq takes. Text and bytes stay where they are and must live as long.
class PostgresValues {
 public:
  /// `types` of the places; a value without a type is sent as text.
  void set(std::span<const SqlValue> values, std::span<const PostgresType> types);

  int count() const { return static_cast<int>(values_.size()); }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  void add(const SqlValue& value, PostgresType type);
  void add(const char* bytes, std::size_t length, int format);

  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
  std::deque<std::string> texts_;
};

}  // namespace holdfast::catalog
