// SPDX-License-Identifier: AGPL-3.0-or-later
#include <cstdlib>

#include "format/attributes.h"
#include "format/compression_header.h"
#include "format/stream.h"
#include "format/xattr_stream.h"

using namespace holdfast;

// The payloads of streams that all daemons read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input(reinterpret_cast<const std::byte*>(data), size);
  if (const auto attributes = format::parse_attributes(input)) {
    Buffer written;
    format::append_attributes(written, *attributes);
    const auto again = format::parse_attributes(written);
    if (!again || again->name != attributes->name || again->link != attributes->link) std::abort();
  }
  if (const auto xattrs = format::parse_xattrs(input)) {
    Buffer written;
    for (const auto& xattr : *xattrs) format::append_xattr(written, xattr);
    if (!equal(written, input)) std::abort();
  }
  if (const auto compressed = format::parse_compressed(input)) {
    if (compressed->data.size() != compressed->header.compressed_size) std::abort();
  }
  format::parse_sparse(input);
  if (size >= 4) format::traits(static_cast<format::StreamId>(data[0] | data[1] << 8 | data[2] << 16));
  return 0;
}
