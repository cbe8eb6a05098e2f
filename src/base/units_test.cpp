// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/units.h"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using std::chrono::seconds;

TEST(Durations, AreTheSumOfTheirParts) {
  EXPECT_EQ(parse_duration("1 month 2 days"), seconds(2764800));
  EXPECT_EQ(parse_duration("90 min"), seconds(5400));
  EXPECT_EQ(parse_duration("1.5 days"), seconds(129600));
  EXPECT_EQ(parse_duration("12 d 3 h"), seconds(1047600));
  EXPECT_EQ(parse_duration("12d3h"), seconds(1047600));
  EXPECT_EQ(parse_duration("1 quarter"), seconds(7862400));
  EXPECT_EQ(parse_duration("5years"), seconds(157680000));
  EXPECT_EQ(parse_duration("1800"), seconds(1800));
  EXPECT_EQ(parse_duration("0"), seconds(0));
}

TEST(Durations, TakeTheFirstUnitThatFits) {
  EXPECT_EQ(parse_duration("2 m"), seconds(5184000)) << "months, not minutes";
  EXPECT_EQ(parse_duration("2n"), seconds(120));
  EXPECT_EQ(parse_duration("2 MI"), seconds(120));
  EXPECT_EQ(parse_duration("2 s"), seconds(2));
}

TEST(Durations, TakeEveryFormOfNumber) {
  EXPECT_EQ(parse_duration(".5 h"), seconds(1800));
  EXPECT_EQ(parse_duration("1e3"), seconds(1000));
  EXPECT_EQ(parse_duration("0x10"), seconds(16));
  EXPECT_EQ(parse_duration("-5"), seconds(-5));
  EXPECT_EQ(parse_duration("+5 min"), seconds(300));
}

TEST(Durations, AreRefusedWhenTheyMakeNoSense) {
  for (const char* text :
       {"", " ", "day", "1 fortnight", "1 d -3 h", "1d-3h", "--5", "inf", "nan", "1e300", "5,"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Durations, ReadBackWhatIsPrinted) {
  EXPECT_EQ(format_duration(seconds(1047600)), "1 weeks 5 days 3 hours ");
  EXPECT_EQ(format_duration(seconds(0)), "0 seconds ");
  for (const std::int64_t value : {1LL, 59LL, 61LL, 86399LL, 2764800LL, 31536000LL, 160704000LL, -5LL, 0LL}) {
    EXPECT_EQ(parse_duration(format_duration(seconds(value))), seconds(value)) << value;
  }
}

TEST(Sizes, KnowBinaryAndDecimalUnits) {
  EXPECT_EQ(parse_size("1.5g"), 1610612736u);
  EXPECT_EQ(parse_size("1 gb"), 1000000000u);
  EXPECT_EQ(parse_size("1 g 1 k"), 1073742848u);
  EXPECT_EQ(parse_size("10 MB"), 10000000u);
  EXPECT_EQ(parse_size("1e"), std::uint64_t{1} << 60);
  EXPECT_EQ(parse_size("18446744073709551615"), 18446744073709551615u);
}

TEST(Sizes, RefuseUnknownUnitsAndWhatDoesNotFit) {
  for (const char* text : {"1 b", "1 kib", "5 bytes", "", "-1", "16 e", "k"}) {
    EXPECT_EQ(parse_size(text), std::nullopt) << text;
  }
}

TEST(Sizes, ReadBackWhatIsPrinted) {
  EXPECT_EQ(format_size(1610612736), "1 g 512 m");
  EXPECT_EQ(format_size(1000000000), "953 m 690 k 512");
  for (const std::uint64_t value : {0ul, 1ul, 1023ul, 1024ul, 64512ul, 1ul << 60, (1ul << 40) + 1}) {
    EXPECT_EQ(parse_size(format_size(value)), value);
  }
}

TEST(Speeds, MayLeaveOutTheTime) {
  EXPECT_EQ(parse_speed("10 k/s"), 10240u);
  EXPECT_EQ(parse_speed("10 kb"), 10000u);
  EXPECT_EQ(parse_speed("2 m"), 2097152u);
  EXPECT_EQ(parse_speed("5"), 5u);
  EXPECT_EQ(parse_speed("1 g/s"), std::nullopt);
}

}  // namespace
}  // namespace holdfast
