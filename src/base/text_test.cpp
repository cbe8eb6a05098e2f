// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/text.h"

#include <gmock/gmock.h>

namespace holdfast {
namespace {

using testing::ElementsAre;

TEST(Text, SplitKeepsEmptyParts) {
  EXPECT_THAT(split("a,,b", ','), ElementsAre("a", "", "b"));
  EXPECT_THAT(split("", ','), ElementsAre(""));
}

TEST(Text, TrimTakesBlanksAndLineEndsFromBothEnds) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
}

TEST(Text, KeywordsCompareIgnoringAsciiCaseOnly) {
  EXPECT_TRUE(equal_ignoring_case("FileDaemon", "filedaemon"));
  EXPECT_FALSE(equal_ignoring_case("File", "FileDaemon"));
}

TEST(Text, NumbersMustFillTheWholeText) {
  EXPECT_EQ(parse_number<int>("-12"), -12);
  EXPECT_EQ(parse_number<int>("12 "), std::nullopt);
  EXPECT_EQ(parse_number<int>(""), std::nullopt);
  EXPECT_EQ(parse_number<std::uint8_t>("256"), std::nullopt);
}

TEST(Text, ThousandsAreSeparated) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(1000), "1,000");
  EXPECT_EQ(with_thousands(1234567890), "1,234,567,890");
}

// The vectors of interop 08, section 21, and of the recorded job reports.
TEST(Text, UnitsAreDecimalAndCutNotRounded) {
  EXPECT_EQ(with_unit(999), "999 ");
  EXPECT_EQ(with_unit(1234), "1.234 K");
  EXPECT_EQ(with_unit(12345), "12.34 K");
  EXPECT_EQ(with_unit(915368), "915.3 K");
  EXPECT_EQ(with_unit(1541278), "1.541 M");
}

TEST(Text, EditDistanceCountsSingleCharacterEdits) {
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
}

TEST(Text, PrintableEscapesWhatATerminalShouldNotSee) {
  EXPECT_EQ(printable("z\xC3\xBC\n"), "z\xC3\xBC\\x0a");
  EXPECT_EQ(printable("\xFF\x1B["), "\\xff\\x1b[");
}

}  // namespace
}  // namespace holdfast
