// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/crc32.h"

#include <gtest/gtest.h>

namespace holdfast::crypto {
namespace {

TEST(Crc32, AgreesWithTheVectorsOfTheVolumeFormat) {
  EXPECT_EQ(crc32(as_bytes("123456789")), 0xcbf43926U);
  EXPECT_EQ(crc32({}), 0U);
  EXPECT_EQ(crc32(Buffer(64512)), 0x6ccc3228U);
  Buffer all(256);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::byte>(i);
  EXPECT_EQ(crc32(all), 0x29058c73U);
}

}  // namespace
}  // namespace holdfast::crypto
