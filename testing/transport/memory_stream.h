// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "transport/byte_stream.h"

namespace holdfast::transport {

using StreamPair = std::pair<std::unique_ptr<ByteStream>, std::unique_ptr<ByteStream>>;

/// Two ends of a connection in memory. A write blocks while the other side has not read `capacity` bytes. An
/// end that is destroyed without close() looks to the other like a broken connection.
StreamPair memory_pair(std::size_t capacity = 1 << 20);

}  // namespace holdfast::transport
