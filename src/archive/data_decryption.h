// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "archive/block_splitter.h"
#include "crypto/key_ring.h"
#include "format/stream.h"

namespace holdfast::archive {

/// Decrypts the data of files: one cipher stream for each of their data streams, and in it blocks with their lengths
/// (interop 05, section 11). The input is not trusted. One thread.
class DataDecryption {
 public:
  /// Without keys nothing is unlocked. They must outlive this.
  explicit DataDecryption(const crypto::KeyRing* keys) : keys_(keys) {}

  /// A new file: what the last one left behind is forgotten.
  void start_file();
  /// The session record of the file. The reason why none of the keys unlocks it, for a message; feed() repeats it.
  /// Clients repeat the record of a job for each file, so the last one is remembered.
  Expected<void, std::string> session(Bytes record);

  /// The next record of an encrypted data stream; a new stream must not begin before finish().
  Expected<void, std::string> feed(format::StreamId stream, Bytes encrypted, const BlockSplitter::Take& take);
  /// The end of the stream. Nothing happens where there was none.
  Expected<void, std::string> finish(const BlockSplitter::Take& take);

  /// The stream that feed() has begun.
  std::optional<format::StreamId> stream() const { return stream_; }

 private:
  Expected<void, std::string> unlock(Bytes record);

  const crypto::KeyRing* keys_;
  Buffer record_;  ///< that decryption_ or failure_ belongs to
  std::optional<crypto::Decryption> decryption_;
  std::string failure_;
  bool has_session_ = false;  ///< of this file
  std::optional<format::StreamId> stream_;
  BlockSplitter splitter_;
};

}  // namespace holdfast::archive
