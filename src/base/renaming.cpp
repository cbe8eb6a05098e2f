// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/renaming.h"

#include <fmt/core.h>

#include <optional>

#include "base/error.h"
#include "base/text.h"

namespace holdfast {

namespace {

constexpr std::string_view separators = "!:;|,&%=~/#";

/// Takes one part up to the separator, which is taken too. Empty optional where it is missing. `\` before the
/// separator or before itself makes it an ordinary character.
std::optional<std::string> take_part(std::string_view& text, char separator) {
  std::string part;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escaped = text[i] == '\\' && i + 1 < text.size();
    if (is_escaped && (text[i + 1] == separator || text[i + 1] == '\\')) {
      // Back references are written with a backslash as well; the doubled one stays for them to see.
      if (text[i + 1] == '\\') part += '\\';
      part += text[++i];
    } else if (text[i] == separator) {
      text.remove_prefix(i + 1);
      return part;
    } else {
      part += text[i];
    }
  }
  return std::nullopt;
}

LetterCase take_flags(std::string_view& text) {
  auto letters = LetterCase::exact;
  while (!text.empty() && (text.front() == 'i' || text.front() == 'g')) {
    if (text.front() == 'i') letters = LetterCase::ignored;
    text.remove_prefix(1);
  }
  return letters;
}

}  // namespace

RegexWhere::RegexWhere(std::string_view expressions) {
  std::string_view left = expressions;
  while (!left.empty()) {
    const char separator = left.front();
    if (separators.find(separator) == separators.npos) break;
    left.remove_prefix(1);
    const auto expression = take_part(left, separator);
    const auto replacement = expression ? take_part(left, separator) : std::nullopt;
    if (!replacement) break;
    const auto letters = take_flags(left);
    auto compiled = Regex::compile(*expression, letters);
    if (!compiled)
      throw Error(ErrorKind::invalid, "The regular expression \"{}\" of regexwhere is wrong: {}",
                  printable(*expression), compiled.error());
    rules_.push_back({std::move(*compiled), *replacement});
    if (left.starts_with(',')) left.remove_prefix(1);
  }
  if (rules_.empty() || !left.empty())
    throw Error(ErrorKind::invalid, "\"{}\" is no list of regexwhere expressions like !from!to!",
                printable(expressions));
}

std::string RegexWhere::apply(std::string name) const {
  for (const auto& rule : rules_) name = rule.expression.replaced(name, rule.replacement, Occurrences::first);
  return name;
}

}  // namespace holdfast
