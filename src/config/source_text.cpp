// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/source_text.h"

#include "config/lexer.h"
#include "config/syntax_error.h"

namespace holdfast::config {

namespace {

std::string_view without_byte_order_mark(std::string_view text, const Place& place) {
  if (text.starts_with("\xEF\xBB\xBF")) return text.substr(3);
  if (text.starts_with("\xFF\xFE")) {
    throw SyntaxError("Currently we cannot handle UTF-16 source files. Please convert the conf file to UTF-8",
                      place, {}, SyntaxError::Reach::everything);
  }
  if (text.starts_with("\xFE\xFF")) {
    throw SyntaxError(
        "This config file appears to be in an unsupported Unicode format (UTF-16be). Please resave as UTF-8",
        place, {}, SyntaxError::Reach::everything);
  }
  return text;
}

}  // namespace

std::vector<std::string> lines_of(std::string_view text, const Place& place) {
  text = without_byte_order_mark(text, place);
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = text.find_first_of("\r\n");
    lines.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
  }
  return lines;
}

std::vector<std::string> command_words(std::string_view command) {
  constexpr std::size_t most_words = 100;
  std::vector<std::string> words;
  while (words.size() < most_words) {
    const auto start = command.find_first_not_of(' ');
    if (start == std::string_view::npos) break;
    command.remove_prefix(start);
    const char quote = command.front() == '"' || command.front() == '\'' ? command.front() : ' ';
    if (quote != ' ') command.remove_prefix(1);
    const auto end = command.find(quote);
    words.emplace_back(command.substr(0, end));
    if (end == std::string_view::npos) break;
    command.remove_prefix(end + 1);
  }
  return words;
}

}  // namespace holdfast::config
