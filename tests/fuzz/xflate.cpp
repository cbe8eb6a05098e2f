// SPDX-License-Identifier: AGPL-3.0-or-later
#include <cstdlib>

#include "stream/xflate.h"

using namespace holdfast;

// Records on the way to a volume and back: u8 rules, u8 stream, payload. What was compressed must come back.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  stream::XflateRules rules;
  rules.inflate = (data[0] & 1) != 0 ? stream::XflateRules::Inflate::yes : stream::XflateRules::Inflate::no;
  if ((data[0] & 2) != 0)
    rules.deflate = codec::Compression{static_cast<codec::Algorithm>(data[0] / 4 % 5), 6};
  const Bytes payload(reinterpret_cast<const std::byte*>(data) + 2, size - 2);
  const auto ignore = [](const std::string&) {};
  stream::Xflate forth(rules, ignore),
      back({.inflate = stream::XflateRules::Inflate::yes, .deflate = {}}, ignore);
  forth.record(data[1], payload, [&](std::int32_t id, Bytes record) {
    back.record(id, record, [&](std::int32_t last, Bytes plain) {
      const bool was_compressed = id != data[1] && rules.deflate && last == data[1];
      if (was_compressed && !equal(plain, payload)) std::abort();
    });
  });
  return 0;
}
