// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// Connections between programs: byte streams (TCP, TLS, memory), the packets on them, and the handshake that
// tells who is at the other end. What is said afterwards is the business of the daemons.

#include <chrono>
#include <cstddef>
#include <string>

#include "base/bytes.h"

namespace holdfast::transport {

using Deadline = std::chrono::steady_clock::time_point;

/// A connected stream of bytes in both directions. One thread may read while another writes; interrupt() may
/// be called by any thread at any time.
///
/// Throws Error of kind network (the connection broke), timeout (see set_timeout) or cancelled (after
/// interrupt()).
class ByteStream {
 public:
  virtual ~ByteStream() = default;

  /// Blocks until at least one byte is there. Returns how many were read; 0 at the orderly end.
  virtual std::size_t read(MutableBytes into) = 0;

  /// Returns when the stream has taken all bytes.
  virtual void write(Bytes data) = 0;
  /// As one write of all pieces joined. A stream for which that is cheaper than one write for each, overrides it.
  virtual void write_pieces(std::span<const Bytes> pieces) {
    for (const Bytes piece : pieces) write(piece);
  }
  /// As write_pieces(), but the stream may keep some of it until the next write, which may be one of nothing. For those
  /// who have more to say soon.
  virtual void gather_pieces(std::span<const Bytes> pieces) { write_pieces(pieces); }

  /// How long one read or write may stay blocked; zero, the default, means for ever.
  virtual void set_timeout(std::chrono::milliseconds limit) = 0;

  /// Reads and writes fail with ErrorKind::timeout from then on; Deadline::max(), the default, means never.
  /// What bounds a handshake as a whole, however slowly the bytes come.
  virtual void set_deadline(Deadline deadline) = 0;

  /// Wakes whoever is blocked and makes every later call fail with ErrorKind::cancelled.
  virtual void interrupt() noexcept = 0;

  /// Whether the peer is known to send nothing more, or to be gone; looks without reading. For those who wait for
  /// something else on behalf of the peer.
  virtual bool has_peer_hung_up() const = 0;

  /// Tells the peer that nothing more comes and closes; over TLS it waits up to 2 s for the peer's word that
  /// nothing was cut off. No other thread may be reading or writing. The destructor closes without all that.
  virtual void close() = 0;

  /// For messages: "10.1.2.3:9102".
  virtual std::string peer() const = 0;
  /// For messages: "TLS_CHACHA20_POLY1305_SHA256 TLSv1.3" or "None".
  virtual std::string encryption() const = 0;
  /// Whether the peer agreed, in the TLS handshake, to what Holdfast adds to the protocol
  /// (docs/protocol/own-extensions.md).
  virtual bool speaks_extensions() const { return false; }
};

}  // namespace holdfast::transport
