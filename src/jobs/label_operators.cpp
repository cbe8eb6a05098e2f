// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/label_operators.h"

#include <vector>

#include "base/error.h"
#include "base/patterns.h"
#include "base/text.h"

namespace holdfast::jobs {
namespace {

using Value = std::optional<std::string>;

constexpr std::size_t longest = 512;

char changed_case(char c, char from, char to) {
  return c >= from && c < from + 26 ? static_cast<char>(c - from + to) : c;
}

/// "a/b/c/" of "/a/b/c/": split at its first character, which '\' protects.
std::vector<std::string> delimited(std::string_view text) {
  std::vector<std::string> parts;
  if (text.empty()) return parts;
  const char delimiter = text.front();
  parts.emplace_back();
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == delimiter) {
      parts.back() += text[++i];
    } else if (text[i] == delimiter) {
      parts.emplace_back();
    } else {
      parts.back() += text[i];
    }
  }
  return parts;
}

/// "oA,B": characters A to B; "oA-N": N characters from A. 0 at the end means: all that follow.
Value substring(const std::string& value, std::string_view arguments) {
  const auto separator = arguments.find_first_of(",-");
  if (separator == std::string_view::npos) return std::nullopt;
  const auto first = parse_number<std::size_t>(arguments.substr(0, separator));
  const auto second = parse_number<std::size_t>(arguments.substr(separator + 1));
  if (!first || !second || *first > value.size()) return std::nullopt;
  if (*second == 0) return value.substr(*first);
  if (arguments[separator] == '-') return value.substr(*first, *second);
  if (*second < *first) return std::nullopt;
  return value.substr(*first, *second - *first + 1);
}

/// "p/width/fill/l|c|r"
Value padded(std::string value, std::string_view arguments) {
  const auto parts = delimited(arguments);
  if (parts.size() < 3 || parts[1].empty()) return std::nullopt;
  const auto width = parse_number<std::size_t>(parts[0]);
  if (!width || *width > longest) return std::nullopt;
  bool at_front = parts[2] == "r";
  while (value.size() < *width) {
    const std::string fill = parts[1].substr(0, *width - value.size());
    value.insert(at_front ? 0 : value.size(), fill);
    if (parts[2] == "c") at_front = !at_front;
  }
  return value;
}

/// "s/regex/replacement/flags"
Value substituted(const std::string& value, std::string_view arguments) {
  const auto parts = delimited(arguments);
  if (parts.size() < 3) return std::nullopt;
  const auto has = [&](char flag) { return parts[2].find(flag) != std::string::npos; };
  const auto regex = Regex::compile(parts[0], has('i') ? LetterCase::ignored : LetterCase::exact);
  if (!regex) return std::nullopt;
  try {
    return regex->replaced(value, parts[1], has('g') ? Occurrences::all : Occurrences::first);
  } catch (const Error&) {
    return std::nullopt;  // a text beyond any name
  }
}

/// "a-e" as "abcde".
std::string spelled_out(const std::string& set) {
  const auto byte = [](char c) { return static_cast<unsigned char>(c); };
  std::string characters;
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (i + 2 < set.size() && set[i + 1] == '-' && byte(set[i]) <= byte(set[i + 2])) {
      for (int c = byte(set[i]); c <= byte(set[i + 2]); ++c) characters += static_cast<char>(c);
      i += 2;
    } else {
      characters += set[i];
    }
  }
  return characters;
}

/// "y/from/to/"
Value transliterated(std::string value, std::string_view arguments) {
  const auto parts = delimited(arguments);
  if (parts.size() < 2) return std::nullopt;
  const std::string from = spelled_out(parts[0]);
  const std::string to = spelled_out(parts[1]);
  if (from.size() != to.size()) return std::nullopt;
  for (char& c : value)
    if (const auto place = from.find(c); place != std::string::npos) c = to[place];
  return value;
}

Value apply(Value value, std::string_view text) {
  const char operation = text.front();
  const std::string_view arguments = text.substr(1);
  const bool is_filled = value && !value->empty();
  if (operation == '-') return is_filled ? value : Value(std::string(arguments));
  if (operation == '+') return is_filled ? Value(std::string(arguments)) : value;
  if (operation == '*') return is_filled ? Value("") : Value(std::string(arguments));
  if (!value) return value;
  switch (operation) {
    case 'l':
      for (char& c : *value) c = changed_case(c, 'A', 'a');
      return value;
    case 'u':
      for (char& c : *value) c = changed_case(c, 'a', 'A');
      return value;
    case '#': return std::to_string(value->size());
    case 'o': return substring(*value, arguments);
    case 'p': return padded(*value, arguments);
    case 's': return substituted(*value, arguments);
    case 'y': return transliterated(*value, arguments);
    default: return std::nullopt;
  }
}

}  // namespace

std::optional<std::string> apply_label_operators(Value value, std::string_view operators) {
  if (operators.empty()) return value;
  for (const std::string_view operation : split(operators, ':')) {
    if (operation.empty()) return std::nullopt;
    value = apply(std::move(value), operation);
  }
  return value;
}

}  // namespace holdfast::jobs
