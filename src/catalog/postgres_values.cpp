// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/postgres_values.h"

#include "base/error.h"

namespace holdfast::catalog {
namespace {

constexpr int as_text_format = 0;
constexpr int as_bytes_format = 1;
constexpr PostgresType unknown_type = 705;

}  // namespace

bool is_text(PostgresType type) {
  return type == text_type || type == varchar_type || type == char_type || type == unknown_type;
}

std::int64_t as_kept(std::int64_t number, PostgresType type) {
  if (type == integer_type) return static_cast<std::int32_t>(number);
  if (type == smallint_type) return static_cast<std::int16_t>(number);
  return number;
}

void PostgresValues::set(std::span<const SqlValue> values, std::span<const PostgresType> types) {
  values_.clear();
  lengths_.clear();
  formats_.clear();
  texts_.clear();
  for (std::size_t i = 0; i < values.size(); ++i) add(values[i], i < types.size() ? types[i] : unknown_type);
}

void PostgresValues::add(const SqlValue& value, PostgresType type) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    const std::string& text = texts_.emplace_back(std::to_string(as_kept(*number, type)));
    return add(text.c_str(), text.size(), as_text_format);
  }
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    // In binary form text needs no end, and is the bytes it is.
    if (is_text(type)) return add(text->data() != nullptr ? text->data() : "", text->size(), as_bytes_format);
    const std::string& copy = texts_.emplace_back(*text);
    return add(copy.c_str(), copy.size(), as_text_format);
  }
  if (const auto* bytes = std::get_if<Bytes>(&value))
    return add(bytes->empty() ? "" : reinterpret_cast<const char*>(bytes->data()), bytes->size(),
               as_bytes_format);
  add(nullptr, 0, as_text_format);
}

void PostgresValues::add(const char* bytes, std::size_t length, int format) {
  if (length > 0x3fffffff)
    throw Error(ErrorKind::invalid, "catalog: a value of {} bytes is too long", length);
  values_.push_back(bytes);
  lengths_.push_back(static_cast<int>(length));
  formats_.push_back(format);
}

}  // namespace holdfast::catalog
