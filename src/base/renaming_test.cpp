// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/renaming.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace holdfast {
namespace {

std::string renamed(std::string_view expressions, const std::string& name) {
  return RegexWhere(expressions).apply(name);
}

TEST(RegexWhere, AppliesTheExampleOfTheSpecification) {
  // Interop 08, section 19.2: strip /etc, suffix .old, prefix /tmp.
  const std::string_view rules = R"(!/etc!!i,!([^/])$!$1.old!,!^!/tmp!)";
  EXPECT_EQ(renamed(rules, "/etc/passwd"), "/tmp/passwd.old");
  EXPECT_EQ(renamed(rules, "/ETC/dir/"), "/tmp/dir/");
}

TEST(RegexWhere, ReplacesTheFirstMatchOnce) {
  EXPECT_EQ(renamed("!a!b!g", "/a/a"), "/b/a");
  EXPECT_EQ(renamed("!x!y!", "/a"), "/a");
}

TEST(RegexWhere, TakesSeparatorsAndEscapes) {
  EXPECT_EQ(renamed(R"(/\/home/\/data/)", "/home/x"), "/data/x");
  EXPECT_EQ(renamed(R"(|(.*)-(.*)|\2-$1|)", "a-b"), "b-a");
  EXPECT_EQ(renamed(R"(:\.txt$:.bak:i)", "/A.TXT"), "/A.bak");
  EXPECT_EQ(renamed(R"(!a\!b!c!)", "a!b"), "c");
}

TEST(RegexWhere, RefusesWhatIsNoExpression) {
  for (const auto* text : {"", "abc", "!a", "!a!b", "!a[!b!", "!a!b!x", "!a!b!,"}) {
    if (std::string_view(text) == "!a!b!,") {
      EXPECT_NO_THROW(RegexWhere{text});
    } else {
      EXPECT_THROW(RegexWhere{text}, Error) << text;
    }
  }
}

TEST(RegexWhere, RefusesToMakeNamesOfAnyLength) {
  std::string doubling;
  for (int rule = 0; rule < 40; ++rule) doubling += "!(.*)!$1$1!,";
  EXPECT_THROW(renamed(doubling, "/some/name"), Error);
  std::string repeating(200'000, '1');
  for (std::size_t i = 0; i < repeating.size(); i += 2) repeating[i] = '$';
  EXPECT_THROW(renamed("!(.*)!" + repeating + "!", std::string(4'000, 'a')), Error);
}

}  // namespace
}  // namespace holdfast
