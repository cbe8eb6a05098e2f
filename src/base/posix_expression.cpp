// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/posix_expression.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace holdfast {

namespace {

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

struct Escape {
  char letter;
  std::string_view re2;
};

constexpr Escape gnu_escapes[] = {
    {'w', "[[:word:]]"}, {'W', "[^[:word:]]"}, {'s', "[[:space:]]"}, {'S', "[^[:space:]]"},
    {'b', "\\b"},        {'B', "\\B"},         {'<', "\\b"},         {'>', "\\b"},
    {'`', "^"},          {'\'', "$"},
};

class Translation {
 public:
  explicit Translation(std::string_view posix) : left_(posix) {}

  std::string run() && {
    while (!left_.empty()) step(take());
    return std::move(re2_);
  }

 private:
  char take() {
    if (left_.empty()) throw Error(ErrorKind::invalid, "It ends within an escape or a bracket");
    const char letter = left_.front();
    left_.remove_prefix(1);
    return letter;
  }

  bool takes(std::string_view text) {
    if (!left_.starts_with(text)) return false;
    left_.remove_prefix(text.size());
    return true;
  }

  void step(char letter) {
    switch (letter) {
      case '\\': return escape(take());
      case '[': return bracket();
      case '{': return interval();
      case '(':
        ++open_;
        re2_ += letter;
        return;
      case ')': return close();
      default: re2_ += letter;
    }
  }

  void close() {
    if (open_ == 0) return literal(')');
    --open_;
    re2_ += ')';
  }

  void literal(char letter) {
    constexpr std::string_view with_meaning = "\\^$.|?*+()[]{}-";
    if (with_meaning.find(letter) != with_meaning.npos) re2_ += '\\';
    re2_ += letter;
  }

  void escape(char letter) {
    if (letter != '0' && is_digit(letter))
      throw Error(ErrorKind::invalid, "Back-references (\\{}) are not supported", letter);
    const auto* const known = std::find_if(std::begin(gnu_escapes), std::end(gnu_escapes),
                                           [&](const Escape& escape) { return escape.letter == letter; });
    if (known == std::end(gnu_escapes)) return literal(letter);
    re2_ += known->re2;
  }

  /// "{3}", "{3,}", "{,7}", "{3,7}"; RE2 takes anything else, and "{,7}", for text.
  void interval() {
    const auto end = left_.find('}');
    const auto inside = left_.substr(0, end);
    const auto comma = inside.find(',');
    const auto lowest = inside.substr(0, comma);
    const auto highest = comma == inside.npos ? std::string_view() : inside.substr(comma + 1);
    const auto is_number = [](std::string_view text) {
      return std::all_of(text.begin(), text.end(), is_digit);
    };
    if (end == left_.npos || !is_number(lowest) || !is_number(highest) || inside.empty() || inside == ",")
      throw Error(ErrorKind::invalid, "Behind '{{' stands no number of repetitions with '}}'");
    re2_ += '{';
    if (lowest.empty()) re2_ += '0';
    re2_ += inside;
    re2_ += '}';
    left_.remove_prefix(end + 1);
  }

  /// A backslash stands for itself in here; "[]a]" and "[^]a]" contain the bracket that closes, "[a-]" and "[-a]" the dash.
  void bracket() {
    re2_ += '[';
    if (takes("^")) re2_ += '^';
    for (bool is_first = true; is_first || !left_.starts_with(']'); is_first = false) element();
    re2_ += take();
  }

  void element() {
    if (takes("[:")) {
      re2_ += "[:";
      re2_ += named(":]");
      re2_ += ":]";
      return;
    }
    literal(one_letter());
    const bool is_range = left_.size() > 1 && left_[0] == '-' && left_[1] != ']';
    if (!is_range) return;
    re2_ += take();
    literal(one_letter());
  }

  char one_letter() {
    for (const std::string_view mark : {"[.", "[="}) {
      if (!takes(mark)) continue;
      const auto name = named(mark == "[." ? ".]" : "=]");
      if (name.size() != 1) throw Error(ErrorKind::invalid, "\"{}\" is not one character", printable(name));
      return name.front();
    }
    return take();
  }

  std::string_view named(std::string_view closing) {
    const auto end = left_.find(closing);
    if (end == left_.npos) throw Error(ErrorKind::invalid, "A bracket is not closed with \"{}\"", closing);
    const auto name = left_.substr(0, end);
    left_.remove_prefix(end + closing.size());
    return name;
  }

  std::string_view left_;
  std::string re2_;
  std::size_t open_ = 0;
};

}  // namespace

std::string re2_syntax(std::string_view posix_expression) { return Translation(posix_expression).run(); }

}  // namespace holdfast
