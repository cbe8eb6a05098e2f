// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "base/endian.h"

namespace holdfast::transport {

/// The bytes of a packet with this payload.
inline std::string framed(std::string_view payload) {
  Buffer bytes;
  ByteWriter to(bytes);
  to.put(static_cast<std::int32_t>(payload.size()));
  to.put_text(payload);
  return std::string(as_text(bytes));
}

}  // namespace holdfast::transport
