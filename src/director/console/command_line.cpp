// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/command_line.h"

#include <algorithm>

#include "base/text.h"

namespace holdfast::director::console {
namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Takes the next word off the front of `text`; quotes and backslashes are resolved. False at the end.
bool take_word(std::string_view& text, std::string& word) {
  word.clear();
  std::size_t at = 0;
  while (at < text.size() && is_blank(text[at])) ++at;
  if (at == text.size()) return false;
  bool quoted = false;
  for (; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 1 < text.size()) {
      word += text[++at];
    } else if (text[at] == '"') {
      quoted = !quoted;
    } else if (is_blank(text[at]) && !quoted) {
      break;
    } else {
      word += text[at];
    }
  }
  text.remove_prefix(at);
  return true;
}

Word to_word(const std::string& word) {
  const auto equals = word.find('=');
  if (equals == std::string::npos) return {word, std::nullopt};
  return {word.substr(0, equals), word.substr(equals + 1)};
}

}  // namespace

CommandLine::CommandLine(std::string_view text) : text_(without_trailing_junk(text)) {
  std::string_view left = text_;
  std::string word;
  while (words_.size() < most_words && take_word(left, word)) words_.push_back(to_word(word));
}

std::string CommandLine::without_passwords() const {
  const auto is_secret = [](const Word& word) {
    return word.value && to_lower(word.keyword).find("password") != std::string::npos;
  };
  if (std::none_of(words_.begin(), words_.end(), is_secret)) return text_;
  std::string text;
  for (const Word& word : words_) {
    text += (text.empty() ? "" : " ") + word.keyword;
    if (word.value) text += "=" + (is_secret(word) ? "****" : quoted(*word.value));
  }
  return text;
}

const Word* CommandLine::find(std::string_view keyword) const {
  for (const Word& word : arguments())
    if (equal_ignoring_case(word.keyword, keyword)) return &word;
  return nullptr;
}

std::optional<std::string> CommandLine::value(std::string_view keyword) const {
  for (const Word& word : arguments())
    if (word.value && equal_ignoring_case(word.keyword, keyword)) return word.value;
  return std::nullopt;
}

std::optional<std::string> CommandLine::value_of_any(std::initializer_list<std::string_view> keywords) const {
  for (std::string_view keyword : keywords)
    if (auto found = value(keyword)) return found;
  return std::nullopt;
}

std::vector<std::string> CommandLine::values(std::string_view keyword) const {
  std::vector<std::string> found;
  for (const Word& word : arguments())
    if (word.value && equal_ignoring_case(word.keyword, keyword)) found.push_back(*word.value);
  return found;
}

std::string_view without_trailing_junk(std::string_view text) {
  while (!text.empty() && (static_cast<unsigned char>(text.back()) <= ' ' || text.back() == '\x7f'))
    text.remove_suffix(1);
  return text;
}

std::string quoted(std::string_view value) {
  std::string result = "\"";
  for (char c : value) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

}  // namespace holdfast::director::console
