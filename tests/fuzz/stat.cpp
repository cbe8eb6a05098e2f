// SPDX-License-Identifier: AGPL-3.0-or-later
#include <cstdlib>
#include <string_view>

#include "format/packed_number.h"
#include "format/packed_stat.h"

using namespace holdfast;

// A packed stat that can be read is written again to one that reads the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto stat = format::unpack_stat(text)) {
    if (format::unpack_stat(format::pack(*stat)) != stat) std::abort();
    if (format::unpack_link_file_index(text) != stat->link_file_index) std::abort();
  }
  if (const auto number = format::unpack_number(text)) {
    std::string packed;
    format::append_packed(packed, *number);
    if (format::unpack_number(packed) != number) std::abort();
  }
  return 0;
}
