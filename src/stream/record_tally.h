// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// Stages of the data path that several daemons have in common.

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "crypto/digest.h"

namespace holdfast::stream {

/// What one daemon saw of the records of a job.
struct RecordCounts {
  std::uint32_t files = 0;    ///< how often another FileIndex began
  std::uint64_t records = 0;  ///< of every stream
  std::uint64_t bytes = 0;    ///< of all payloads
  std::string digest;         ///< over what the catalog gets, in order: 32 hexadecimal digits

  bool operator==(const RecordCounts&) const = default;
};

/// Counts the records of a job as they pass. Client, Storage Daemon and Director each keep one; where all three come
/// out the same, nothing was lost, added, changed or reordered between the files and the catalog
/// (docs/protocol/own-extensions.md). Used by one thread at a time.
class RecordTally {
 public:
  void add(std::int32_t file_index, std::int32_t stream, Bytes payload);
  /// Of all that was added so far; nothing may be added afterwards.
  RecordCounts finish();

 private:
  std::int32_t last_index_ = 0;
  RecordCounts counts_;
  // XXH128: it guards against mistakes, not against a daemon that lies, which could lie about this as well.
  crypto::Digest digest_{crypto::DigestKind::xxh128};
};

}  // namespace holdfast::stream
