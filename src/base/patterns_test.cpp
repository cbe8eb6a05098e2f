// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/patterns.h"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

bool compiles(const std::string& expression) {
  return Regex::compile(expression, LetterCase::exact).has_value();
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST(Regex, FindsTheFirstMatchAndItsGroups) {
  const auto regex = Regex::compile("/(a+)(x)?/", LetterCase::ignored);
  const std::string text = "/home/aA/b";
  const auto groups = regex->groups(text);
  ASSERT_EQ(groups.size(), 10U);
  EXPECT_EQ(groups[0], "/aA/");
  EXPECT_EQ(groups[1], "aA");
  EXPECT_EQ(groups[2].data(), nullptr);
  EXPECT_TRUE(regex->groups("/home").empty());
}

TEST(Regex, ReplacesWhatMatches) {
  const auto regex = Regex::compile("(b)|^a", LetterCase::exact);
  EXPECT_EQ(regex->replaced("abab", "<$1>", Occurrences::first), "<>bab");
  EXPECT_EQ(regex->replaced("aabb", "<\\1>", Occurrences::all), "<>a<b><b>");
  EXPECT_EQ(regex->replaced("x", "y", Occurrences::all), "x");
  EXPECT_EQ(Regex::compile("x*", LetterCase::exact)->replaced("axb", "-", Occurrences::all), "-a--b-");
  EXPECT_EQ(regex->replaced("b", "\\\\$", Occurrences::all), "\\$");
}

TEST(Regex, SaysWhyAnExpressionIsWrong) {
  const auto regex = Regex::compile("a[b", LetterCase::exact);
  ASSERT_FALSE(regex);
  EXPECT_FALSE(regex.error().empty());
}

TEST(Regex, TakesWhatPeopleWrite) {
  for (const std::string expression :
       {R"(^/home/[^/]{1,64}/\.cache(/.*)?$)", R"(\.(o|tmp|bak)$)", R"(([0-9]{1,3}\.){3}[0-9]{1,3})",
        "[]a]{2}", "[^]]{2}", "[[:alpha:]]+[]]", "x{4,}", "(a|b)*?", ".{1,255}", R"(a\(\()"}) {
    EXPECT_TRUE(compiles(expression)) << expression;
  }
  EXPECT_TRUE(compiles(repeated("/abc+/[0-9]{4}", 500)));
}

// Each of these made the C library take gigabytes, overflow its stack, or think for minutes.
TEST(Regex, RefusesWhatWouldExplode) {
  for (const std::string& expression : {std::string("((((a{99}){99}){99}){99})"), "a" + repeated("{255}", 4),
                                        repeated("(", 100'000), "[[:alpha:]]" + repeated("{1,255}", 4)})
    EXPECT_FALSE(compiles(expression)) << expression.substr(0, 100);
}

TEST(Regex, TakesRepetitionsWithinRepetitionsInTheirStride) {
  const std::string text(10'000, 'a');
  for (const std::string& expression :
       {"a" + repeated("+", 60) + "$", "a" + repeated("+", 8) + "?" + repeated("+", 11),
        "a" + repeated("+*", 20), repeated("(", 40) + "a" + repeated("+)", 40) + "+",
        repeated("(^*$*a*)*", 500), repeated("(", 100'000) + "a" + repeated(")", 100'000),
        "(a*)*(a|aa)*" + repeated("a?", 200)}) {
    const auto regex = Regex::compile(expression, LetterCase::exact);
    ASSERT_TRUE(regex) << expression.substr(0, 100) << ": " << regex.error();
    EXPECT_TRUE(regex->matches(text)) << expression.substr(0, 100);
  }
}

TEST(WildMatches, CrossesSlashesOnlyWhereAllowed) {
  EXPECT_TRUE(wild_matches("/home/*/x", "/home/a/b/x", LetterCase::exact, Slashes::matched_by_wildcards));
  EXPECT_FALSE(wild_matches("/home/*/x", "/home/a/b/x", LetterCase::exact, Slashes::only_by_themselves));
  EXPECT_TRUE(wild_matches("*.O", "a.o", LetterCase::ignored, Slashes::matched_by_wildcards));
  EXPECT_FALSE(wild_matches("*.O", "a.o", LetterCase::exact, Slashes::matched_by_wildcards));
}

}  // namespace
}  // namespace holdfast
