// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace holdfast::director::console {

/// A JSON value whose objects keep the order in which keys were set: clients of the peer rely on the shape.
class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::vector<std::pair<std::string, Json>>;

  Json() = default;  ///< null
  Json(bool value) : value_(value) {}
  Json(std::int64_t value) : value_(value) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}

  static Json object() { return Json(Object{}); }
  static Json array() { return Json(Array{}); }
  /// Any other integer, so that no call is ambiguous.
  static Json number(std::int64_t value) { return Json(value); }

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }

  /// Sets a member of an object; a later value replaces an earlier one in its place.
  Json& set(std::string_view key, Json value);
  /// The member, or nullptr. Only for objects.
  Json* find(std::string_view key);
  /// Appends to an array.
  Json& push(Json value);
  bool is_empty() const;

  enum class Layout { indented, compact };
  /// Two blanks a level and ": ", or no white space at all. Bytes that are not UTF-8 become U+FFFD.
  std::string text(Layout layout) const;

 private:
  void write(std::string& to, Layout layout, std::size_t depth) const;

  std::variant<std::monostate, bool, std::int64_t, std::string, Array, Object> value_;
};

}  // namespace holdfast::director::console
