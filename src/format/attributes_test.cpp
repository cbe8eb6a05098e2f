// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/attributes.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace holdfast::format {
namespace {

std::string with_nuls(std::string text) {
  std::replace(text.begin(), text.end(), '~', '\0');
  return text;
}

const std::string hello =
    with_nuls("1 3 /etc/hello~gB gAC IGk B Po Bk A O BAA I BlU/EA BlUp+A BlU+Lw A A C~~~0~");

TEST(AttributesRecord, IsReadAsTheExampleSays) {
  ASSERT_EQ(hello.size(), 75U);
  const auto attributes = parse_attributes(as_bytes(hello));
  ASSERT_TRUE(attributes);
  EXPECT_EQ(attributes->file_index, 1U);
  EXPECT_EQ(attributes->type, FileType::regular);
  EXPECT_EQ(attributes->name, "/etc/hello");
  EXPECT_EQ(unpack_stat(attributes->packed_stat)->size, 14);
  EXPECT_EQ(attributes->link, "");
  EXPECT_EQ(attributes->delta_sequence, 0U);
}

TEST(AttributesRecord, IsWrittenAsItWasRead) {
  const std::string records[] = {
      hello,
      with_nuls("4 5 /etc/~gB M EHt C A A A BAA BAA I BlU/EA BlU/D+ BlU/D/ A A C~~~0~"),
      with_nuls("3 4 /etc/lnk~gB CD KH/ B A A A F BAA A BlU/EA BlU/D+ BlU/D/ A A C~hello~~0~"),
      with_nuls("2 1 /etc/hello2~gB CC IGk C Po Po A O BAA I BlU/EA BlU/D+ BlU/D/ B A C~/etc/hello~~0~"),
      with_nuls("5 23 /etc/gone~A A A A A A A A A A A BlU/D+ BlU/D/ A A C~~~0~"),
      with_nuls("7 3 C:/a b\nc~A A A A A A A A A A A A A~~A B C D E F~12~")};
  for (const auto& record : records) {
    const auto attributes = parse_attributes(as_bytes(record));
    ASSERT_TRUE(attributes) << record;
    Buffer written;
    append_attributes(written, *attributes);
    EXPECT_EQ(as_text(written), record);
  }
}

TEST(AttributesRecord, KeepsTheFlagsAboveTheType) {
  const auto attributes = parse_attributes(as_bytes(with_nuls("1 65539 /a~A~~~C~")));
  ASSERT_TRUE(attributes);
  EXPECT_EQ(attributes->type, FileType::regular);
  EXPECT_EQ(attributes->type_flags, 0x10000);
}

TEST(AttributesRecord, WithANegativeIndexHasNone) {
  EXPECT_EQ(parse_attributes(as_bytes(with_nuls("-331 3 /a~A~~~0~")))->file_index, 0U);
}

TEST(AttributesRecord, CutBeforeTheLinkEndsIsNone) {
  const auto link_end = hello.size() - 3;
  for (std::size_t length = 0; length < hello.size(); ++length) {
    EXPECT_EQ(parse_attributes(as_bytes(hello).first(length)).has_value(), length >= link_end) << length;
  }
}

TEST(AttributesRecord, WithoutNumbersIsNone) {
  for (const auto* text :
       {"", " ", "1", "1 ", "x 3 /a~A~~~0~", "1 x /a~A~~~0~", "1 -3 /a~A~~~0~", "99999999999 3 /a~A~~~0~"}) {
    EXPECT_FALSE(parse_attributes(as_bytes(with_nuls(text)))) << text;
  }
}

}  // namespace
}  // namespace holdfast::format
