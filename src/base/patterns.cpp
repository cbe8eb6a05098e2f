// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/patterns.h"

#include <fnmatch.h>
#include <re2/re2.h>

#include <array>

#include "base/error.h"
#include "base/posix_expression.h"

namespace holdfast {

namespace {

// Far more than any name or label has. A rule that doubles what it matches, forty times in a row, would want a terabyte.
constexpr std::size_t longest_replaced = 65'536;

void append_expanded(std::string& text, std::string_view replacement,
                     const std::vector<std::string_view>& groups) {
  for (std::size_t i = 0; i < replacement.size(); ++i) {
    const char next = i + 1 < replacement.size() ? replacement[i + 1] : '\0';
    const bool is_mark = replacement[i] == '$' || replacement[i] == '\\';
    if (is_mark && next >= '0' && next <= '9') {
      text += groups[static_cast<std::size_t>(next - '0')];
      ++i;
    } else if (replacement[i] == '\\' && next == '\\') {
      text += '\\';
      ++i;
    } else {
      text += replacement[i];
    }
    if (text.size() > longest_replaced)
      throw Error(ErrorKind::invalid, "A replacement makes a text of more than {} bytes.", longest_replaced);
  }
}

// Where the states that RE2 keeps between matches take more than this it starts anew; an expression that cannot do with it
// is refused. Expressions come from peers.
constexpr std::int64_t memory_of_an_expression = 8 << 20;

RE2::Options options(LetterCase letters) {
  RE2::Options options(RE2::POSIX);                    // the longest match of the leftmost ones
  options.set_encoding(RE2::Options::EncodingLatin1);  // names of files are bytes
  options.set_case_sensitive(letters == LetterCase::exact);
  options.set_word_boundary(true);
  options.set_one_line(true);
  options.set_dot_nl(true);
  options.set_log_errors(false);
  options.set_max_mem(memory_of_an_expression);
  return options;
}

}  // namespace

struct Regex::Compiled {
  Compiled(const std::string& expression, LetterCase letters) : re2(expression, options(letters)) {}

  /// As Regex::groups(), of what follows `from`.
  std::vector<std::string_view> groups(const std::string& text, std::size_t from) const {
    std::array<re2::StringPiece, 10> found;
    if (!re2.Match(text, from, text.size(), RE2::UNANCHORED, found.data(), static_cast<int>(found.size())))
      return {};
    return {found.begin(), found.end()};
  }

  RE2 re2;
};

Regex::Regex(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

Expected<Regex, std::string> Regex::compile(const std::string& expression, LetterCase letters) {
  try {
    auto compiled = std::make_unique<Compiled>(re2_syntax(expression), letters);
    if (!compiled->re2.ok()) return unexpected(compiled->re2.error());
    return Regex(std::move(compiled));
  } catch (const Error& error) {
    return unexpected(std::string(error.what()));
  }
}

bool Regex::matches(const std::string& text) const {
  return compiled_->re2.Match(text, 0, text.size(), RE2::UNANCHORED, nullptr, 0);
}

std::vector<std::string_view> Regex::groups(const std::string& text) const {
  return compiled_->groups(text, 0);
}

std::string Regex::replaced(const std::string& text, std::string_view replacement, Occurrences which) const {
  std::string result;
  std::size_t done = 0;
  for (bool is_first = true; is_first || which == Occurrences::all; is_first = false) {
    const auto groups = compiled_->groups(text, done);
    if (groups.empty()) break;
    const auto start = static_cast<std::size_t>(groups[0].data() - text.data());
    result.append(text, done, start - done);
    append_expanded(result, replacement, groups);
    done = start + groups[0].size();
    if (done == text.size()) break;
    if (groups[0].empty()) result += text[done++];  // so that an empty match does not stand still
  }
  return result.append(text, done);
}

bool wild_matches(const std::string& pattern, const std::string& text, LetterCase letters, Slashes slashes) {
  const int flags = (letters == LetterCase::ignored ? FNM_CASEFOLD : 0) |
                    (slashes == Slashes::only_by_themselves ? FNM_PATHNAME : 0);
  return ::fnmatch(pattern.c_str(), text.c_str(), flags) == 0;
}

}  // namespace holdfast
