// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "transport/forwarding_stream.h"

namespace holdfast::transport {

/// A stream whose peer agreed to what Holdfast adds to the protocol.
class ExtendedStream final : public ForwardingStream {
 public:
  using ForwardingStream::ForwardingStream;
  bool speaks_extensions() const override { return true; }
};

}  // namespace holdfast::transport
