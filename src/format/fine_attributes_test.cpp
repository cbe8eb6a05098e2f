// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/fine_attributes.h"

#include <gtest/gtest.h>

namespace holdfast::format {
namespace {

std::string text_of(const FineAttributes& attributes) {
  std::string text;
  append_fine(text, attributes);
  return text;
}

TEST(FineAttributes, AreThreePackedNumbersBehindAMark) {
  EXPECT_EQ(text_of({13, 4096, 0x10}), " hf N BAA Q");
  EXPECT_EQ(text_of({0, 0, 0}), "");
}

TEST(FineAttributes, ComeBackFromTheirText) {
  for (const FineAttributes attributes :
       {FineAttributes{999'999'999, 999'999'999, 0xFFFFFFFE}, {1, 0, 0}, {0, 1, 0}, {0, 0, 4}}) {
    const auto text = text_of(attributes);
    EXPECT_LE(text.size(), most_fine_text);
    EXPECT_EQ(parse_fine(text), attributes) << text;
  }
}

TEST(FineAttributes, AreNotFoundInTheTextsOfOtherSystems) {
  for (const auto* other : {"", "BAA", "A BAAA BAAA BAAA A BA", " ", " h", "hf N BAA Q"})
    EXPECT_TRUE(parse_fine(other).is_empty()) << other;
}

TEST(FineAttributes, StayInTheirRangesWhateverTheTextSays) {
  const std::string nanoseconds = " hf 7msoA -B ";  // a second, and less than none
  EXPECT_TRUE(parse_fine(nanoseconds).is_empty());
  EXPECT_EQ(parse_fine(" hf N BAA Q more of a later version"), (FineAttributes{13, 4096, 0x10}));
  const auto whole = text_of({13, 4096, 0x10});
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto part = parse_fine(std::string_view(whole).substr(0, length));
    EXPECT_LE(part.modification_nanoseconds, 4096U) << length;
    EXPECT_EQ(part.flags, 0U) << length;
  }
}

}  // namespace
}  // namespace holdfast::format
