// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/packed_stat.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "format/packed_number.h"

namespace holdfast::format {
namespace {

std::string packed(std::int64_t value) {
  std::string text;
  append_packed(text, value);
  return text;
}

TEST(PackedNumbers, AgreeWithTheVectors) {
  const std::pair<std::int64_t, std::string> vectors[] = {
      {0, "A"},
      {1, "B"},
      {13, "N"},
      {63, "/"},
      {64, "BA"},
      {2147483648, "CAAAAA"},
      {4096, "BAA"},
      {33188, "IGk"},
      {16877, "EHt"},
      {1700000000, "BlU/EA"},
      {-1, "-B"},
      {std::numeric_limits<std::int64_t>::max(), "H//////////"},
      {64768, "P0A"},
      {1234, "TS"},
      {1735689600, "BndIWA"}};
  for (const auto& [value, text] : vectors) {
    EXPECT_EQ(packed(value), text);
    EXPECT_EQ(unpack_number(text), value) << text;
  }
}

TEST(PackedNumbers, SurviveTheRoundTrip) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 10000; ++i) {
    const auto value = static_cast<std::int64_t>(random() >> (random() % 64)) * (i % 2 == 0 ? 1 : -1);
    ASSERT_EQ(unpack_number(packed(value)), value);
  }
  const auto lowest = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(unpack_number(packed(lowest)), lowest);
  EXPECT_LE(packed(lowest).size(), max_packed_number);
}

TEST(PackedNumbers, RefuseWhatIsNone) {
  for (const auto* text : {"", "-", "A ", " A", "--B", "A=", "B-", "BAAAAAAAAAAA"}) {
    EXPECT_EQ(unpack_number(text), std::nullopt) << text;
  }
}

constexpr auto example = "gB gAC IGk B Po Bk A O BAA I BlU/EA BlUp+A BlU+Lw A A C";

TEST(PackedStats, AreReadFieldByField) {
  const auto stat = unpack_stat(example);
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->mode, 0100644U);
  EXPECT_EQ(stat->uid, 1000U);
  EXPECT_EQ(stat->gid, 100U);
  EXPECT_EQ(stat->size, 14);
  EXPECT_EQ(stat->access_time, 1700000000);
  EXPECT_EQ(stat->data_stream, StreamId::file_data);
  EXPECT_EQ(pack(*stat), example);
}

TEST(PackedStats, MayEndAfterTheChangeTime) {
  const auto stat = unpack_stat("gB gAC IGk B Po Bk A O BAA I BlU/EA BlUp+A BlU+Lw");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->link_file_index, 0U);
  EXPECT_EQ(stat->data_stream, StreamId::none);
  EXPECT_EQ(unpack_stat("gB gAC IGk B Po Bk A O BAA I BlU/EA BlUp+A"), std::nullopt);
  EXPECT_EQ(unpack_stat(std::string(example) + " A"), unpack_stat(example));
}

TEST(PackedStats, RefuseOtherText) {
  for (const auto* text :
       {"", " ", "gB  gAC IGk B Po Bk A O BAA I BlU/EA BlUp+A BlU+Lw A A C", "=", "A A A"}) {
    EXPECT_EQ(unpack_stat(text), std::nullopt) << text;
  }
}

TEST(PackedStats, TellTheFirstNameOfAHardLinkAlone) {
  EXPECT_EQ(unpack_link_file_index("gB CC IGk C Po Po A O BAA I BlU/EA BlU/D+ BlU/D/ B A C"), 1U);
  EXPECT_EQ(unpack_link_file_index("gB CC IGk C Po Po A O BAA I BlU/EA BlU/D+ BlU/D/"), 0U);
  EXPECT_EQ(unpack_link_file_index("gB CC IGk C Po Po A O BAA I BlU/EA BlU/D+ BlU/D/ "), 0U);
  EXPECT_EQ(unpack_link_file_index("gB CC"), std::nullopt);
}

}  // namespace
}  // namespace holdfast::format
