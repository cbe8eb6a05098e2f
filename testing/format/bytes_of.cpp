// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/format/bytes_of.h"

#include <stdexcept>

namespace holdfast::testing_support {
namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  throw std::invalid_argument("not a hexadecimal digit");
}

constexpr std::string_view worked_example =
    "1f7af235 000000bd 00000000 42423032 00000000 00000000 fffffffe 00000000"
    "00000099 42617265 6f732032 2e302069 6d6d6f72 74616c0a 00000000 1400060a"
    "24182022 4000060a 24182022 44000000 00000000 00000000 00000000 00566f6c"
    "2d303030 31000046 756c6c00 4261636b 75700046 696c6500 686f7374 31006261"
    "72656f73 2d736400 5665722e 2032352e 312e3020 30332041 75677573 74203230"
    "32360042 75696c64 20323032 362d3038 2d303320 30383a34 343a3132 00"
    "8d007bf8 000001e9 00000000 42423032 00000001 6553f0ff fffffffc 00000007"
    "00000084 42617265 6f732032 2e302069 6d6d6f72 74616c0a 00000000 14000000"
    "0700060a 241825e1 20000000 00000000 0046756c 6c004261 636b7570 006a6f62"
    "3100636c 692d6664 006a6f62 312e3230 32332d31 312d3134 5f32322e 31332e32"
    "305f3033 00667331 00000000 42000000 46612f62 43316465 66474869 6a4b4c6d"
    "6e6f7051 52734100 00000001 00000001 0000004b 31203320 2f657463 2f68656c"
    "6c6f0067 42206741 43204947 6b204220 506f2042 6b204120 4f204241 41204920"
    "426c552f 45412042 6c55702b 4120426c 552b4c77 20412041 20430000 00300000"
    "00000100 00000200 00000e68 656c6c6f 2c206261 72656f73 0a000000 01000000"
    "03000000 10cb1554 73736af8 b4100f81 a98661e7 60ffffff fb000000 07000000"
    "a8426172 656f7320 322e3020 696d6d6f 7274616c 0a000000 00140000 00070006"
    "0a24182b fba00000 00000000 00004675 6c6c0042 61636b75 70006a6f 62310063"
    "6c692d66 64006a6f 62312e32 3032332d 31312d31 345f3232 2e31332e 32305f30"
    "33006673 31000000 00420000 0046612f 62433164 65664748 696a4b4c 6d6e6f70"
    "51527341 00000000 01000000 00000000 69000000 00000000 00000000 00000000"
    "00000000 00000000 54";

}  // namespace

Buffer bytes_of(std::string_view hex) {
  Buffer bytes;
  int pending = -1;
  for (const char c : hex) {
    if (c == ' ' || c == '\n') continue;
    const int digit = digit_of(c);
    if (pending >= 0) bytes.push_back(static_cast<std::byte>(pending * 16 + digit));
    pending = pending >= 0 ? -1 : digit;
  }
  if (pending >= 0) throw std::invalid_argument("odd number of hexadecimal digits");
  return bytes;
}

std::uint32_t slow_crc32(Bytes bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const std::byte byte : bytes) {
    crc ^= static_cast<std::uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

Buffer worked_volume() { return bytes_of(worked_example); }

}  // namespace holdfast::testing_support
