// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/posix_expression.h"

#include <gtest/gtest.h>
#include <regex.h>

#include <array>
#include <random>

#include "base/error.h"
#include "base/patterns.h"

namespace holdfast {
namespace {

/// What the C library's own implementation finds, as "start-end"; "-" where nothing matches, "!" where the expression is wrong.
std::string found_by_the_c_library(const std::string& expression, const std::string& text,
                                   LetterCase letters) {
  regex_t compiled;
  const int flags = REG_EXTENDED | (letters == LetterCase::ignored ? REG_ICASE : 0);
  if (::regcomp(&compiled, expression.c_str(), flags) != 0) return "!";
  regmatch_t match;
  const bool matches = ::regexec(&compiled, text.c_str(), 1, &match, 0) == 0;
  ::regfree(&compiled);
  return matches ? std::to_string(match.rm_so) + "-" + std::to_string(match.rm_eo) : "-";
}

std::string found(const std::string& expression, const std::string& text, LetterCase letters) {
  const auto regex = Regex::compile(expression, letters);
  if (!regex) return "!";
  const auto groups = regex->groups(text);
  if (groups.empty()) return "-";
  const auto start = groups[0].data() - text.data();
  return std::to_string(start) + "-" + std::to_string(start + static_cast<std::ptrdiff_t>(groups[0].size()));
}

constexpr std::array texts = {
    "", "a", "ab", "abab", "/home/x/.cache/a-b_c.o", "A]b[\\", "a)b}c{d", "aaa bb  c", "\xc3\xa9t\xc3\xa9"};

void expect_as_the_c_library(const std::string& expression, LetterCase letters) {
  for (const std::string text : texts)
    EXPECT_EQ(found(expression, text, letters), found_by_the_c_library(expression, text, letters))
        << "of " << expression << " in " << text;
}

TEST(PosixExpression, MatchesWhatTheCLibraryMatches) {
  for (const std::string expression : {"",
                                       "a",
                                       "^",
                                       "$",
                                       "^$",
                                       "a|b",
                                       "a||b",
                                       "()",
                                       "(|a)b",
                                       "a*",
                                       "a**",
                                       "a+?",
                                       "(ab)*",
                                       "(ab){2}",
                                       "a{,2}",
                                       "a{2,}",
                                       "a{1,2}",
                                       "a{0}",
                                       "[ab]",
                                       "[^ab]",
                                       "[]a]",
                                       "[^]a]",
                                       "[a-]",
                                       "[-a]",
                                       "[\\.]",
                                       "[\\]",
                                       "[\\w]",
                                       "[^-a]",
                                       "[[:alpha:]]+",
                                       "[^[:space:]]",
                                       "[[.a.]-b]",
                                       "[[=b=]]",
                                       "[+--]",
                                       "[[]",
                                       "[][]",
                                       "[$^.]",
                                       "[a^]",
                                       ")",
                                       "a)b",
                                       "}",
                                       "\\.",
                                       "\\/",
                                       "\\-",
                                       "\\_",
                                       "\\w+",
                                       "\\W",
                                       "\\s",
                                       "\\S+",
                                       "\\bb",
                                       "\\Bb",
                                       "\\<b",
                                       "a\\>",
                                       "\\`a",
                                       "a\\'",
                                       ".",
                                       "x.y",
                                       "x[^a]y",
                                       "(^|/)[^/]*\\.o$",
                                       "a^b",
                                       "a$b",
                                       "\xc3\xa9",
                                       "[\xa9]",
                                       "B",
                                       "[[:upper:]]",
                                       "(a|ab)(c|bab)",
                                       "\\(",
                                       "\\{",
                                       "a\\{1"}) {
    expect_as_the_c_library(expression, LetterCase::exact);
    expect_as_the_c_library(expression, LetterCase::ignored);
  }
}

// Here the C library contradicts itself: it takes an end of line for the end where it matched one just before, and with
// REG_ICASE it finds no letter that stands behind a backslash.
TEST(PosixExpression, KnowsNoLinesAndNoEscapesButThoseOfGnu) {
  EXPECT_EQ(found("x.y", "x\ny", LetterCase::exact), "0-3");
  EXPECT_EQ(found("x[^a]y", "x\ny", LetterCase::exact), "0-3");
  EXPECT_EQ(found("x$|^y", "x\ny", LetterCase::exact), "-");
  EXPECT_EQ(found("\\d", "1D", LetterCase::ignored), "1-2");
  EXPECT_EQ(found("\\n", "\nn", LetterCase::exact), "1-2");
}

TEST(PosixExpression, IsWrongWhereTheCLibrarySaysSo) {
  for (const std::string expression :
       {"[",   "[a",   "[^",  "[]",     "[^]", "[z-a]", "[[:alpha]", "[[:nothing:]]", "(",
        "(a",  "((a)", "\\",  "a\\",    "*",   "+a",    "a|*b",      "(*a)",          "a{",
        "a{1", "a{x}", "a{}", "a{2,1}", "{1}", "(?i)a", "(?:a)"}) {
    EXPECT_EQ(found_by_the_c_library(expression, "a", LetterCase::exact), "!") << expression;
    EXPECT_EQ(found(expression, "a", LetterCase::exact), "!") << expression;
  }
}

/// Seed 20261123.
TEST(PosixExpression, MatchesWhatTheCLibraryMatchesInExpressionsMadeAtRandom) {
  constexpr std::array pieces = {"a", "b", "[ab]", "[^a]", ".",    "(", ")", "(",   ")", "|",
                                 "*", "+", "?",    "{2}",  "{,2}", "x", "/", "\\.", "$", "^"};
  std::mt19937 random(20261123);
  int compared = 0;
  for (int round = 0; round < 5'000; ++round) {
    std::string expression;
    for (std::size_t length = 1 + random() % 8; length > 0; --length)
      expression += pieces[random() % pieces.size()];
    const bool is_right_for_both = found(expression, "", LetterCase::exact) != "!" &&
                                   found_by_the_c_library(expression, "", LetterCase::exact) != "!";
    if (!is_right_for_both) continue;
    ++compared;
    expect_as_the_c_library(expression, LetterCase::exact);
  }
  EXPECT_GT(compared, 1'000);
}

TEST(PosixExpression, SaysThatBackReferencesAreNotSupported) {
  try {
    re2_syntax("(a)\\1");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "Back-references (\\1) are not supported");
  }
}

}  // namespace
}  // namespace holdfast
