// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/base64.h"

namespace holdfast::crypto {
namespace {

struct Vector {
  Buffer bytes;
  std::string bareos;
  std::string standard;
};

template <typename... Values>
Buffer bytes_of(Values... values) {
  return {static_cast<std::byte>(values)...};
}

Buffer counting_up_from(int first, int count) {
  Buffer bytes;
  for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::byte>(first + i));
  return bytes;
}

// interop 01, section 8.1
const Vector vectors[] = {
    {bytes_of(0x80, 0x80, 0x80), "g4+A", "gICA"},
    {bytes_of(0xff, 0x00), "/wA", "/wA"},
    {counting_up_from(0x78, 16), "eHl6e3x9fn+Ag4+Dh4+GhD", "eHl6e3x9fn+AgYKDhIWGhw"},
};

TEST(Base64, EncodesTheVectorsOfBothFlavours) {
  for (const Vector& vector : vectors) {
    EXPECT_EQ(encode_base64(vector.bytes, Base64::bareos), vector.bareos);
    EXPECT_EQ(encode_base64(vector.bytes, Base64::standard), vector.standard);
  }
}

TEST(Base64, OfNothingIsNothing) {
  EXPECT_EQ(encode_base64({}, Base64::bareos), "");
  EXPECT_EQ(encode_base64({}, Base64::standard), "");
  EXPECT_EQ(decode_base64(""), Buffer());
}

TEST(Base64, FlavoursAgreeOnSevenBitTextOfWholeGroups) {
  const auto text = as_bytes("whole groups");
  EXPECT_EQ(encode_base64(text, Base64::bareos), encode_base64(text, Base64::standard));
}

TEST(Base64, DecodesWhatItEncodes) {
  for (int size = 0; size < 70; ++size) {
    const Buffer bytes = counting_up_from(200, size);
    EXPECT_EQ(decode_base64(encode_base64(bytes, Base64::standard)), bytes) << size;
  }
}

TEST(Base64, DecodesPaddedText) {
  EXPECT_EQ(decode_base64("/wA="), bytes_of(0xff, 0x00));
  EXPECT_EQ(decode_base64("/w=="), bytes_of(0xff));
}

TEST(Base64, DoesNotDecodeWhatIsNone) {
  for (const char* text : {"A", "AAAAA", "A-A", "AA A", "A=AA", "\xff\xff"}) {
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace holdfast::crypto
