// SPDX-License-Identifier: AGPL-3.0-or-later
#include "selection/fileset_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "selection/option_letters.h"

namespace holdfast::selection {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

FileSet read(std::initializer_list<std::string_view> lines) {
  FileSetReader reader;
  for (const auto line : lines) reader.line(line);
  return reader.finish();
}

TEST(FileSetReader, ReadsTheExampleOfTheSpecification) {
  const auto fileset = read({"I\n", "O MHAX\n", "N\n", "F /etc/hello.txt", "N\n", "N\n"});
  ASSERT_EQ(fileset.includes.size(), 1U);
  const auto& include = fileset.includes[0];
  EXPECT_THAT(include.files, ElementsAre("/etc/hello.txt"));
  ASSERT_EQ(include.options.size(), 1U);
  EXPECT_EQ(include.options[0].signature, crypto::DigestKind::md5);
  EXPECT_FALSE(include.options[0].hard_links);
  EXPECT_TRUE(include.options[0].acl && include.options[0].extended_attributes && include.options[0].recurse);
}

TEST(FileSetReader, KeepsBlocksAndPatternsApart) {
  const auto fileset = read({"I\n", "Z .nobackup\n", "O Zf4HAX\n", "R ^/a b$\n", "WF *.gz\n", "N\n",
                             "O ieHAX\n", "WD /tmp\n", "N\n", "F /home\n", "F /with blank at end \n", "N\n",
                             "P bpipe:file=x\n", "N\n", "E\n", "O HAX\n", "N\n", "F */cache\n", "N\n"});
  const auto& include = fileset.includes.at(0);
  EXPECT_THAT(include.exclude_directories_containing, ElementsAre(".nobackup"));
  ASSERT_EQ(include.options.size(), 2U);
  EXPECT_EQ(include.options[0].patterns.size(), 2U);
  EXPECT_EQ(include.options[0].patterns[0].text, "^/a b$");
  EXPECT_EQ(include.options[0].compression, (codec::Compression{codec::Algorithm::lz4, 1}));
  EXPECT_TRUE(include.options[1].exclude && include.options[1].ignore_case);
  EXPECT_EQ(include.options[1].patterns.at(0).applies, Pattern::Applies::to_directories);
  EXPECT_THAT(include.files, ElementsAre("/home", "/with blank at end"));
  EXPECT_THAT(include.plugins, ElementsAre("bpipe:file=x"));
  EXPECT_THAT(fileset.excludes.at(0).files, ElementsAre("*/cache"));
}

TEST(FileSetReader, GivesAPluginToItsOptionsBlock) {
  const auto fileset = read({"I", "O M", "W *.db", "G python3:module_name=db", "N", "O M", "N", "F /", "N"});
  const auto& options = fileset.includes.at(0).options;
  ASSERT_EQ(options.size(), 2U);
  EXPECT_EQ(options[0].plugin, "python3:module_name=db");
  EXPECT_EQ(options[1].plugin, "");
}

TEST(FileSetReader, RefusesLinesItDoesNotKnow) {
  for (const auto* line : {"B /base", "Q x", "F", "F /before/a/block"}) {
    FileSetReader reader;
    if (std::string_view(line) != "F /before/a/block") reader.line("I");
    EXPECT_THROW(reader.line(line), Error) << line;
  }
}

TEST(OptionLetters, ReadsEveryForm) {
  const auto options = parse_option_letters("S4Z9C5mA:Vpins5:P2:z>10k:fhsrpmkKWeicNd1EfEa30awnRx");
  EXPECT_EQ(options.signature, crypto::DigestKind::xxh128);
  EXPECT_EQ(options.compression, (codec::Compression{codec::Algorithm::gzip, 9}));
  EXPECT_EQ(options.accurate_letters, "5mA");
  EXPECT_EQ(options.verify_letters, "pins5");
  EXPECT_EQ(options.strip_path, 2U);
  EXPECT_EQ(options.size->at_least, 10241U);
  EXPECT_TRUE(options.cross_file_systems && options.sparse && options.read_fifo && options.portable &&
              options.modification_time_only && options.keep_access_time && options.no_access_time &&
              options.enhanced_wild && options.exclude && options.ignore_case && options.check_changes &&
              options.honor_no_dump && options.force_encryption && options.hard_links);
  EXPECT_FALSE(options.recurse || options.acl || options.extended_attributes);
}

TEST(OptionLetters, SkipsUnknownLettersWithAWarning) {
  std::vector<std::string> warnings;
  EXPECT_TRUE(parse_option_letters("q~s", &warnings).sparse);
  EXPECT_THAT(warnings,
              ElementsAre("Unknown include/exclude option: q", "Unknown include/exclude option: ~"));
}

TEST(OptionLetters, EveryPrefixIsRead) {
  const std::string_view all = "S4Zf4C5mA:Vpins5:P2:z1-2:Ea3EfS3";
  for (std::size_t size = 0; size <= all.size(); ++size) parse_option_letters(all.substr(0, size));
}

TEST(SizeLimits, ReadsTheFourForms) {
  EXPECT_EQ(parse_size_limits("<10")->at_most, 9U);
  EXPECT_EQ(parse_size_limits(">1k")->at_least, 1025U);
  EXPECT_EQ(parse_size_limits("5-10")->at_least, 5U);
  EXPECT_EQ(parse_size_limits("5-10")->at_most, 10U);
  EXPECT_EQ(parse_size_limits("1000")->at_least, 990U);
  EXPECT_EQ(parse_size_limits("1000")->at_most, 1010U);
  for (const auto* text : {"", "<", "x", "1-", "-1x"}) EXPECT_FALSE(parse_size_limits(text)) << text;
}

}  // namespace
}  // namespace holdfast::selection
