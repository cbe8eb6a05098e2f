// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>

#include "os/socket.h"
#include "transport/byte_stream.h"

namespace holdfast::transport {

/// A stream without encryption on a connected socket.
std::unique_ptr<ByteStream> tcp_stream(os::Socket socket);

}  // namespace holdfast::transport
