// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>

#include "base/bytes.h"
#include "transport/byte_stream.h"

namespace holdfast::transport {

/// `stream` with bytes that were read of it already put in front again.
std::unique_ptr<ByteStream> with_bytes_in_front(Bytes bytes, std::unique_ptr<ByteStream> stream);

}  // namespace holdfast::transport
