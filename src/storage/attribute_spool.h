// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "storage/director_line.h"
#include "volumes/spool_store.h"

namespace holdfast::storage {

/// Attributes on their way to the catalog, kept in a file until the end of the job: packets as the Director gets
/// them, each behind its length in 4 bytes, big-endian (interop 03, section 7.11). Used by one thread at a time.
class AttributeSpool {
 public:
  explicit AttributeSpool(std::unique_ptr<volumes::SpoolStore> store);

  /// False where the disk is full: then what was added before is still there, and send_all() empties the spool.
  bool add(std::string_view head, Bytes data);

  /// Also those on which the disk became full.
  void send_all(DirectorLine& director);

  /// That were added, lengths included.
  std::uint64_t bytes() const { return bytes_; }

 private:
  bool write_out();

  std::unique_ptr<volumes::SpoolStore> store_;
  std::uint64_t bytes_ = 0;
  std::uint64_t stored_ = 0;
  Buffer pending_;  ///< behind what is stored; whole entries
};

}  // namespace holdfast::storage
