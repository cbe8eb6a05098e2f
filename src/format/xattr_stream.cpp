// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/xattr_stream.h"

#include "base/endian.h"

namespace holdfast::format {
namespace {

constexpr std::uint32_t magic = 0x005C5884;

std::optional<Bytes> take_counted(ByteReader& reader) {
  const auto length = reader.take<std::uint32_t>();
  return length ? reader.take_bytes(*length) : std::nullopt;
}

}  // namespace

void append_xattr(Buffer& to, const ExtendedAttribute& attribute) {
  ByteWriter writer(to);
  writer.put(magic);
  writer.put(static_cast<std::uint32_t>(attribute.name.size()));
  writer.put_text(attribute.name);
  writer.put(static_cast<std::uint32_t>(attribute.value.size()));
  writer.put_bytes(attribute.value);
}

std::optional<std::vector<ExtendedAttribute>> parse_xattrs(Bytes payload) {
  std::vector<ExtendedAttribute> attributes;
  ByteReader reader(payload);
  while (!reader.at_end()) {
    if (reader.take<std::uint32_t>() != magic) return std::nullopt;
    const auto name = take_counted(reader);
    const auto value = name ? take_counted(reader) : std::nullopt;
    if (!value) return std::nullopt;
    attributes.push_back({as_text(*name), *value});
  }
  return attributes;
}

}  // namespace holdfast::format
