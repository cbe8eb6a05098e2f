// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::director::console {

/// One word of a command: `keyword` or `keyword=value`. An empty value counts as a value.
struct Word {
  std::string keyword;
  std::optional<std::string> value;

  /// As it was meant: "keyword" or "keyword=value".
  std::string text() const { return value ? keyword + "=" + *value : keyword; }
};

/// A console command taken apart (interop 09, section 2). Any bytes are accepted; what exceeds the limit of
/// words is ignored, as the peer does.
class CommandLine {
 public:
  static constexpr std::size_t most_words = 30;

  CommandLine() = default;
  explicit CommandLine(std::string_view text);

  /// The line as typed, without trailing blanks and control characters.
  const std::string& text() const { return text_; }
  const std::vector<Word>& words() const { return words_; }
  /// For logs: the values of passwords are replaced.
  std::string without_passwords() const;
  bool empty() const { return words_.empty(); }

  /// The command word, empty for an empty line.
  std::string_view command() const { return words_.empty() ? std::string_view() : words_[0].keyword; }
  /// The words behind the command word.
  std::span<const Word> arguments() const { return std::span(words_).subspan(words_.empty() ? 0 : 1); }

  /// The first argument with this keyword, in any case, with or without value; nullptr for none.
  const Word* find(std::string_view keyword) const;
  bool has(std::string_view keyword) const { return find(keyword) != nullptr; }
  /// The value of the first argument with this keyword that has one.
  std::optional<std::string> value(std::string_view keyword) const;
  /// The first of several keywords, in the order given, that has a value.
  std::optional<std::string> value_of_any(std::initializer_list<std::string_view> keywords) const;
  /// All values of a keyword that may be repeated.
  std::vector<std::string> values(std::string_view keyword) const;

 private:
  std::string text_;
  std::vector<Word> words_;
};

/// Without blanks and control characters at the end, as every line from a console is taken.
std::string_view without_trailing_junk(std::string_view text);

/// A value between double quotes for a command line that we build ourselves.
std::string quoted(std::string_view value);

}  // namespace holdfast::director::console
