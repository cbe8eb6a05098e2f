// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/bootstrap.h"

#include <gtest/gtest.h>

namespace holdfast::format {
namespace {

constexpr auto from_director =
    "Storage=\"st1\"\n"
    "Volume=\"Vol-0001\"\n"
    "MediaType=\"File\"\n"
    "FileRegex=^/etc/h.*, x$\n"
    "Device=\"FileStorage\"\n"
    "Slot=3\n"
    "VolSessionId=1\n"
    "VolSessionTime=1795383526\n"
    "VolAddr=186-1002116\n"
    "FileIndex=1-4\n"
    "FileIndex=9\n"
    "Count=5\n";

TEST(Bootstraps, OfADirectorAreReadAndWrittenAlike) {
  const auto parsed = parse_bootstrap(from_director);
  ASSERT_TRUE(parsed);
  ASSERT_EQ(parsed->sections.size(), 1U);
  const auto& section = parsed->sections[0];
  EXPECT_EQ(section.storage, "st1");
  EXPECT_EQ(section.volumes, (std::vector<BootstrapVolume>{{"Vol-0001", "File", "FileStorage", 3}}));
  EXPECT_EQ(section.addresses, (std::vector<Range<std::uint64_t>>{{186, 1002116}}));
  EXPECT_EQ(section.file_indexes, (std::vector<Range<std::uint32_t>>{{1, 4}, {9, 9}}));
  EXPECT_EQ(section.count, 5U);
  EXPECT_EQ(section.file_regex, "^/etc/h.*, x$");
  EXPECT_EQ(to_text(*parsed), from_director);
}

TEST(Bootstraps, StartASectionAtEachVolume) {
  const std::string twice = std::string(from_director) + from_director;
  const auto parsed = parse_bootstrap(twice);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->sections.size(), 2U);
  EXPECT_EQ(parsed->sections[0], parsed->sections[1]);
}

TEST(Bootstraps, AreReadHoweverTheyAreSpelled) {
  const auto good = parse_bootstrap(
      "# comment\n\n  vol ume = \"A\" \"B|C\"\n; VOLSESSIONID = 1-3 , 7 # more\r\nVol Session "
      "Time=4294967297\n"
      "Job=\"a\\\"b\", c\nStream=1,2;Client=x\nInclude = whatever it says\nVolFile=0\nVolBlock=5-6");
  ASSERT_TRUE(good) << good.error().line << good.error().message;
  const auto& section = good->sections.at(0);
  ASSERT_EQ(section.volumes.size(), 2U);
  EXPECT_EQ(section.volumes[0].name, "AB");
  EXPECT_EQ(section.volumes[1].name, "C");
  EXPECT_EQ(section.session_ids, (std::vector<Range<std::uint32_t>>{{1, 3}, {7, 7}}));
  EXPECT_EQ(section.session_times, (std::vector<std::uint32_t>{1}));
  EXPECT_EQ(section.jobs, (std::vector<std::string>{"a\"b", "c"}));
  EXPECT_EQ(section.clients, (std::vector<std::string>{"x"}));
  EXPECT_EQ(section.streams, (std::vector<std::int32_t>{1, 2}));
  EXPECT_EQ(section.blocks, (std::vector<Range<std::uint32_t>>{{5, 6}}));
}

TEST(Bootstraps, WithErrorsNameTheLine) {
  const std::pair<std::string, std::size_t> bad[] = {{"Volume=\"A\"\nNonsense=1\n", 2},
                                                     {"Volume=\"A\"\n\nJobType=B\n", 3},
                                                     {"MediaType=\"x\"\n", 1},
                                                     {"Volume=\"A\n", 1},
                                                     {"VolSessionId=x\n", 1},
                                                     {"VolSessionId=1-\n", 1},
                                                     {"FileIndex=1 2\n", 1},
                                                     {"@/etc/passwd\n", 1},
                                                     {"Volume\n", 1},
                                                     {"Volume=\"\"\n", 1},
                                                     {"Count=99999999999999999999\n", 1}};
  for (const auto& [text, line] : bad) {
    const auto parsed = parse_bootstrap(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().line, line) << text;
    EXPECT_FALSE(parsed.error().message.empty());
  }
}

TEST(Bootstraps, MayBeEmpty) {
  EXPECT_TRUE(parse_bootstrap("")->sections.empty());
  EXPECT_TRUE(parse_bootstrap("# only a comment")->sections.empty());
}

}  // namespace
}  // namespace holdfast::format
