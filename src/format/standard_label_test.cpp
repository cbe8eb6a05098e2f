// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/standard_label.h"

#include <gtest/gtest.h>

#include <string>

namespace holdfast::format {
namespace {

bool is_label(std::string text, std::size_t size = 80) {
  text.resize(size, ' ');
  return is_standard_label(as_bytes(text));
}

TEST(StandardLabel, IsKnownInAscii) {
  for (const auto* begin :
       {"VOL1ABC123", "HDR1BAREOS.DATA", "HDR2D3200032000", "EOF1", "EOF2", "EOV1", "EOV9", "UHL1"})
    EXPECT_TRUE(is_label(begin)) << begin;
}

TEST(StandardLabel, IsKnownInEbcdic) {
  EXPECT_TRUE(is_label("\xE5\xD6\xD3\xF1"));  // VOL1
  EXPECT_TRUE(is_label("\xC8\xC4\xD9\xF2"));  // HDR2
  EXPECT_TRUE(is_label("\xC5\xD6\xC6\xF1"));  // EOF1
  EXPECT_TRUE(is_label("\xC5\xD6\xE5\xF2"));  // EOV2
}

TEST(StandardLabel, IsNothingElse) {
  for (const auto* begin : {"VOL0", "VOLX", "OLH1", "BB02", "", "\xE5\xD6\xD3\xF0", "\xE5\xD6\xD3\xFA"})
    EXPECT_FALSE(is_label(begin)) << begin;
  EXPECT_FALSE(is_label("VOL1", 79));
  EXPECT_FALSE(is_label("VOL1", 81));
  EXPECT_FALSE(is_label("VOL1", 4));
  EXPECT_FALSE(is_standard_label({}));
}

}  // namespace
}  // namespace holdfast::format
