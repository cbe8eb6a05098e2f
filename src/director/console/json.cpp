// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/json.h"

#include <fmt/core.h>

#include <algorithm>

namespace holdfast::director::console {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// Length of the UTF-8 sequence at the front of `text`, 0 where there is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  const unsigned char second = byte(1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second > 0x9F;
  const bool too_large = first == 0xF4 && second > 0x8F;
  return overlong || surrogate || too_large ? 0 : length;
}

void write_escaped(std::string& to, char c) {
  switch (c) {
    case '"': to += "\\\""; return;
    case '\\': to += "\\\\"; return;
    case '\b': to += "\\b"; return;
    case '\f': to += "\\f"; return;
    case '\n': to += "\\n"; return;
    case '\r': to += "\\r"; return;
    case '\t': to += "\\t"; return;
    default: break;
  }
  if (static_cast<unsigned char>(c) < 0x20)
    to += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
  else
    to += c;
}

void write_string(std::string& to, std::string_view text) {
  to += '"';
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 1)
      write_escaped(to, text[0]);
    else
      to += length == 0 ? replacement : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  to += '"';
}

void new_line(std::string& to, Json::Layout layout, std::size_t depth) {
  if (layout == Json::Layout::indented) to.append(1, '\n').append(2 * depth, ' ');
}

}  // namespace

Json& Json::set(std::string_view key, Json value) {
  if (Json* present = find(key)) return *present = std::move(value);
  return std::get<Object>(value_).emplace_back(std::string(key), std::move(value)).second;
}

Json* Json::find(std::string_view key) {
  auto& members = std::get<Object>(value_);
  const auto at = std::find_if(members.begin(), members.end(), [&](auto& m) { return m.first == key; });
  return at == members.end() ? nullptr : &at->second;
}

Json& Json::push(Json value) { return std::get<Array>(value_).emplace_back(std::move(value)); }

bool Json::is_empty() const {
  if (is_object()) return std::get<Object>(value_).empty();
  return is_array() ? std::get<Array>(value_).empty() : is_null();
}

std::string Json::text(Layout layout) const {
  std::string result;
  write(result, layout, 0);
  return result;
}

void Json::write(std::string& to, Layout layout, std::size_t depth) const {
  const auto members = [&](const auto& all, char open, char close, auto&& write_one) {
    to += open;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i > 0) to += ',';
      new_line(to, layout, depth + 1);
      write_one(all[i]);
    }
    if (!all.empty()) new_line(to, layout, depth);
    to += close;
  };
  if (const auto* array = std::get_if<Array>(&value_)) {
    members(*array, '[', ']', [&](const Json& item) { item.write(to, layout, depth + 1); });
  } else if (const auto* object = std::get_if<Object>(&value_)) {
    members(*object, '{', '}', [&](const auto& member) {
      write_string(to, member.first);
      to += layout == Layout::indented ? ": " : ":";
      member.second.write(to, layout, depth + 1);
    });
  } else if (const auto* text = std::get_if<std::string>(&value_)) {
    write_string(to, *text);
  } else if (const auto* number = std::get_if<std::int64_t>(&value_)) {
    to += std::to_string(*number);
  } else if (const auto* flag = std::get_if<bool>(&value_)) {
    to += *flag ? "true" : "false";
  } else {
    to += "null";
  }
}

}  // namespace holdfast::director::console
