// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gtest/gtest.h>

#include "director/console/access.h"
#include "director/console/glob.h"
#include "director/console/json.h"
#include "director/console/marks.h"
#include "director/console/prompt.h"
#include "director/console/run.h"
#include "director/console/run_relocation.h"
#include "director/console/times.h"

namespace holdfast::director::console {
namespace {

TEST(Durations, AreWrittenInPartsWithTheirBlanks) {
  EXPECT_EQ(duration_text(31536000), "1 year ");
  EXPECT_EQ(duration_text(90061), "1 day 1 hour 1 min 1 sec");
  EXPECT_EQ(duration_text(0), "0 secs");
  EXPECT_EQ(duration_text(15552000), "6 months ");
}

TEST(Times, MayBeShortWhereThatIsAllowed) {
  EXPECT_EQ(parse_short_time("2024"), parse_time("2024-01-01 00:00:00"));
  EXPECT_EQ(parse_short_time("2024-05"), parse_time("2024-05-01 00:00:00"));
  EXPECT_EQ(parse_short_time("2024-05-01 12"), parse_time("2024-05-01 12:00:00"));
  EXPECT_FALSE(parse_time("2024-05-01"));
  for (const char* bad :
       {"", "2030-13", "x", "2024-05-01T12", "2024-02-30", "2024-05-01 24:00:00", "2024-", "99999"})
    EXPECT_FALSE(parse_short_time(bad)) << bad;
}

config::Console console_with(std::vector<std::string> jobs) {
  config::Console console;
  console.acl.job = std::move(jobs);
  return console;
}

TEST(Access, TheFirstMatchDecides) {
  const auto console = console_with({"!secret", "*all*"});
  const Access access = Access::of(console);
  EXPECT_TRUE(access.allows(Acl::job, "mini"));
  EXPECT_FALSE(access.allows(Acl::job, "SECRET"));
  EXPECT_FALSE(access.is_unrestricted(Acl::job));
}

TEST(Access, NothingIsAllowedWithoutAMatch) {
  const auto console = console_with({});
  EXPECT_FALSE(Access::of(console).allows(Acl::job, "mini"));
  EXPECT_FALSE(Access::of(console).allows(Acl::pool, "Full"));
}

TEST(Access, ExpressionsMustFitTheWholeName) {
  const auto console = console_with({"web-.*", "db[12", "nightly"});
  const Access access = Access::of(console);
  EXPECT_TRUE(access.allows(Acl::job, "web-1"));
  EXPECT_FALSE(access.allows(Acl::job, "old-web-"));
  EXPECT_FALSE(access.allows(Acl::job, "db1"));
  EXPECT_FALSE(access.allows(Acl::job, "nightly2"));
}

TEST(Access, NamesThatCannotNameAnythingAreDenied) {
  EXPECT_FALSE(Access::everything().allows(Acl::job, ""));
  EXPECT_FALSE(Access::everything().allows(Acl::job, "a\nb"));
  EXPECT_TRUE(Access::everything().allows(Acl::where, "/tmp/any thing!"));
}

TEST(Names, TellWhatIsWrong) {
  EXPECT_EQ(volume_name_error("/x"), "Volume name can not start with \"/\".\n");
  EXPECT_EQ(volume_name_error("a b"), "Illegal character \" \" in a volume name.\n");
  EXPECT_EQ(volume_name_error("Full-0001"), "");
  EXPECT_EQ(comment_error("it's"), "Illegal character \"'\" in a comment.\n");
}

TEST(Json, ReplacesWhatIsNoUtf8) {
  Json object = Json::object();
  object.set("a", std::string_view("x\xFFy\xC3\xB6\n\x01"));
  EXPECT_EQ(object.text(Json::Layout::compact), "{\"a\":\"x\xEF\xBF\xBDy\xC3\xB6\\n\\u0001\"}");
}

TEST(Json, IndentsByTwoAndKeepsTheOrder) {
  Json object = Json::object();
  object.set("z", Json::array()).push("one");
  object.set("a", true);
  EXPECT_EQ(object.text(Json::Layout::indented), "{\n  \"z\": [\n    \"one\"\n  ],\n  \"a\": true\n}");
}

TEST(Glob, MatchesLikeAShell) {
  const std::tuple<const char*, const char*, bool> cases[] = {
      {"*.txt", "a.txt", true}, {"*.txt", "a.txtx", false},
      {"a?c", "abc", true},     {"[a-c]x", "bx", true},
      {"[!a]x", "ax", false},   {"\\*", "*", true},
      {"\\*", "a", false},      {"*a*b*c", "xxaxxbxxc", true},
      {"", "", true},           {"*", "", true},
      {"[", "[", true},         {"a*", "b", false}};
  for (const auto& [pattern, name, fits] : cases) EXPECT_EQ(glob_matches(pattern, name), fits) << pattern;
}

TEST(Glob, TakesNoTimeForHostilePatterns) {
  std::string pattern;
  for (int i = 0; i < 2000; ++i) pattern += "*a";
  EXPECT_FALSE(glob_matches(pattern + "b", std::string(2000, 'a')));
}

TEST(Marks, TheNewestRuleDecides) {
  Marks marks;
  marks.set_below("/srv/", true);
  EXPECT_TRUE(marks.is_marked("/srv/a/b"));
  EXPECT_FALSE(marks.is_marked("/etc/a"));
  marks.set_below("/srv/a/", false);
  EXPECT_FALSE(marks.is_marked("/srv/a/b"));
  marks.set("/srv/a/b", true);
  EXPECT_TRUE(marks.is_marked("/srv/a/b"));
  EXPECT_TRUE(marks.has_marked_below("/srv/a/"));
  marks.set_below("/srv/", false);
  EXPECT_FALSE(marks.is_marked("/srv/a/b"));
  EXPECT_FALSE(marks.has_marked_below("/srv/"));
}

TEST(Marks, ADirectoryIsNotMarkedByANeighbourWithTheSameBeginning) {
  Marks marks;
  marks.set_below("/srv/a/", true);
  EXPECT_FALSE(marks.is_marked("/srv/ab"));
  EXPECT_FALSE(marks.is_marked("/srv/a"));
}

TEST(Selections, StandInColumnsWhereThereAreMany) {
  std::vector<std::string> few{"Dedup", "File"};
  EXPECT_EQ(numbered(few), "1: Dedup\n2: File\n");
  std::vector<std::string> many;
  for (int i = 0; i < 28; ++i) many.push_back("miniaccurate");
  const std::string text = numbered(many);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 8);
  EXPECT_TRUE(text.starts_with(" 1: miniaccurate  9: miniaccurate 17: miniaccurate 25: miniaccurate \n"));
}

TEST(Relocation, IsWrittenAsInTheChapter) {
  EXPECT_EQ(relocation_expression("/etc", "/tmp", ".old"), "!/etc!!i,!([^/])$!$1.old!,!^!/tmp!");
  EXPECT_EQ(relocated("!/a!!i,!([^/])$!$1.bak!,!^!/b!", "/srv/f"), "/b/srv/f.bak");
  EXPECT_EQ(relocated("!(!x!", "name"), "name");
}

}  // namespace
}  // namespace holdfast::director::console
