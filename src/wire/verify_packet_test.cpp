// SPDX-License-Identifier: AGPL-3.0-or-later
#include "wire/verify_packet.h"

#include <gtest/gtest.h>

namespace holdfast::wire::client {
namespace {

using std::string_literals::operator""s;

const std::string attributes =
    "4 1 VVpins5 /srv/mini/a b.txt\0P4A FARt IGk B A A A F BAA I BrA2PK BfXhAA BrA2PE A A A\0\0"s;

TEST(VerifyPacket, TellsAttributesFromDigestsByTheStream) {
  const auto file = decode_verify_packet(attributes);
  ASSERT_TRUE(file);
  const auto& found = std::get<VerifyAttributes>(*file);
  EXPECT_EQ(found.file_index, 4U);
  EXPECT_EQ(found.options, "VVpins5");
  EXPECT_EQ(found.name, "/srv/mini/a b.txt");
  EXPECT_EQ(found.packed_stat, "P4A FARt IGk B A A A F BAA I BrA2PK BfXhAA BrA2PE A A A");

  const auto digest = decode_verify_packet("4 3 Gzha/9ettaYoP+8pK13w9w *MD5-4*");
  ASSERT_TRUE(digest);
  EXPECT_EQ(std::get<VerifyDigest>(*digest).digest, "Gzha/9ettaYoP+8pK13w9w");
  EXPECT_EQ(std::get<VerifyDigest>(*digest).name, "*MD5-4*");
}

TEST(VerifyPacket, OfARestoreObjectCarriesNothingToCompare) {
  const auto packet = decode_verify_packet("7 28 ReStOrEObJeCt last\0\0\0"s);
  ASSERT_TRUE(packet);
  EXPECT_EQ(std::get<VerifyOther>(*packet).file_index, 7U);
}

TEST(VerifyPacket, TakesNamesLongerThanThoseOfResources) {
  const std::string name = "/" + std::string(5000, 'x');
  const auto packet = decode_verify_packet("1 1 V " + name + "\0A A IGk\0\0"s);
  ASSERT_TRUE(packet);
  EXPECT_EQ(std::get<VerifyAttributes>(*packet).name, name);
}

TEST(VerifyPacket, OfAnUnknownStreamIsRefused) {
  EXPECT_FALSE(decode_verify_packet("1 2 data"));
  EXPECT_FALSE(decode_verify_packet("2994 Bad verify level: data\n"));
  EXPECT_FALSE(decode_verify_packet(""));
}

TEST(VerifyPacket, ThatWasCutOffIsRefused) {
  for (std::size_t size = 0; size + 1 < attributes.size(); ++size)
    EXPECT_FALSE(decode_verify_packet(attributes.substr(0, size))) << size;
}

}  // namespace
}  // namespace holdfast::wire::client
