// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/patterns.h"

#include <fnmatch.h>
#include <regex.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.h"

namespace holdfast {

namespace {

/// The C library builds a tree in memory in which what is repeated stands once per repetition: "a{9}{9}{9}" needs 729
/// times the place of "a", and brackets in brackets cost stack. Expressions come from peers, so both are bounded.
constexpr std::size_t size_limit = 10'000;
constexpr std::size_t depth_limit = 200;

/// Foresees how large the library's tree becomes, without judging whether the expression is right.
class ExpressionSize {
 public:
  explicit ExpressionSize(std::string_view expression) : left_(expression) {
    while (!left_.empty() && !is_excessive_) {
      step();
      is_excessive_ = groups_.size() > depth_limit || groups_.back().size() > size_limit;
    }
    while (groups_.size() > 1) close_group();  // an outer group may be too large where no inner one is
    is_excessive_ = is_excessive_ || groups_.back().size() > size_limit;
  }

  bool is_excessive() const { return is_excessive_; }

 private:
  struct Group {
    std::size_t before = 0;  // everything up to the last atom
    std::size_t atom = 0;    // what a repetition that follows would repeat
    std::size_t size() const { return before + atom; }
  };

  char take() {
    const char first = left_.front();
    left_.remove_prefix(1);
    return first;
  }

  void step() {
    const char letter = take();
    switch (letter) {
      case '(': groups_.emplace_back(); break;
      case ')': close_group(); break;
      case '+': repeat(2); break;
      case '*':
      case '?': ++groups_.back().atom; break;  // What they follow stays what the next repetition repeats.
      case '{': repeat(take_count()); break;
      case '[':
        take_bracket();
        add_atom(1);
        break;
      case '\\':
        if (!left_.empty()) take();
        add_atom(1);
        break;
      default: add_atom(1);
    }
  }

  void add_atom(std::size_t size) {
    Group& group = groups_.back();
    group.before += group.atom;
    group.atom = size;
  }

  void close_group() {
    if (groups_.size() == 1) return add_atom(1);
    const std::size_t size = groups_.back().size() + 1;
    groups_.pop_back();
    add_atom(size);
  }

  void repeat(std::size_t times) {
    std::size_t& atom = groups_.back().atom;
    atom = std::min(atom * std::max<std::size_t>(times, 1), size_limit + 1);
  }

  /// The highest number of "3}", "3,}", "3,7}"; 1 where no number stands.
  std::size_t take_count() {
    std::size_t highest = 1;
    while (!left_.empty() && left_.front() != '}') {
      std::size_t number = 0;
      const auto [end, error] = std::from_chars(left_.data(), left_.data() + left_.size(), number);
      if (error == std::errc::invalid_argument) {
        take();
        continue;
      }
      highest = std::max(highest, error == std::errc() ? number : size_limit);
      left_.remove_prefix(static_cast<std::size_t>(end - left_.data()));
    }
    if (!left_.empty()) take();
    return std::min(highest, size_limit);
  }

  /// Up to the bracket that closes; "[]a]" and "[^]a]" contain one themselves, "[[:alpha:]]" too.
  void take_bracket() {
    if (left_.starts_with('^')) take();
    if (left_.starts_with(']')) take();
    while (!left_.empty()) {
      const char letter = take();
      if (letter == ']') return;
      if (letter != '[' || left_.empty() ||
          std::string_view(":.=").find(left_.front()) == std::string_view::npos)
        continue;
      const std::array<char, 2> closing = {left_.front(), ']'};
      const auto end = left_.find(std::string_view(closing.data(), closing.size()), 1);
      if (end != std::string_view::npos) left_.remove_prefix(end + closing.size());
    }
  }

  std::string_view left_;
  std::vector<Group> groups_ = std::vector<Group>(1);
  bool is_excessive_ = false;
};

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

}  // namespace

struct Regex::Compiled {
  ~Compiled() {
    if (is_ready) ::regfree(&expression);
  }

  std::vector<std::string_view> groups(const char* text, int flags) const {
    std::array<regmatch_t, 10> found;
    if (::regexec(&expression, text, found.size(), found.data(), flags) != 0) return {};
    std::vector<std::string_view> groups;
    for (const auto& match : found) {
      groups.emplace_back();
      if (match.rm_so >= 0) groups.back() = {text + match.rm_so, text + match.rm_eo};
    }
    return groups;
  }

  regex_t expression;
  bool is_ready = false;
};

Regex::Regex(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

Expected<Regex, std::string> Regex::compile(const std::string& expression, LetterCase letters) {
  if (ExpressionSize(expression).is_excessive())
    return unexpected(std::string("Too many repetitions within repetitions, or brackets within brackets"));
  auto compiled = std::make_unique<Compiled>();
  const int flags = REG_EXTENDED | (letters == LetterCase::ignored ? REG_ICASE : 0);
  const int result = ::regcomp(&compiled->expression, expression.c_str(), flags);
  if (result != 0) {
    std::array<char, 200> reason;
    ::regerror(result, &compiled->expression, reason.data(), reason.size());
    return unexpected(std::string(reason.data()));
  }
  compiled->is_ready = true;
  return Regex(std::move(compiled));
}

bool Regex::matches(const std::string& text) const {
  return ::regexec(&compiled_->expression, text.c_str(), 0, nullptr, 0) == 0;
}

std::vector<std::string_view> Regex::groups(const std::string& text) const {
  return compiled_->groups(text.c_str(), 0);
}

std::string Regex::replaced(const std::string& text, std::string_view replacement, Occurrences which) const {
  std::string result;
  const char* left = text.c_str();
  const char* const end = left + text.size();
  for (bool is_first = true; is_first || which == Occurrences::all; is_first = false) {
    const auto groups = compiled_->groups(left, is_first ? 0 : REG_NOTBOL);
    if (groups.empty()) break;
    result.append(left, groups[0].data());
    append_expanded(result, replacement, groups);
    left = groups[0].data() + groups[0].size();
    if (left == end) break;
    if (groups[0].empty()) result += *left++;  // so that an empty match does not stand still
  }
  return result.append(left, end);
}

bool wild_matches(const std::string& pattern, const std::string& text, LetterCase letters, Slashes slashes) {
  const int flags = (letters == LetterCase::ignored ? FNM_CASEFOLD : 0) |
                    (slashes == Slashes::only_by_themselves ? FNM_PATHNAME : 0);
  return ::fnmatch(pattern.c_str(), text.c_str(), flags) == 0;
}

}  // namespace holdfast
