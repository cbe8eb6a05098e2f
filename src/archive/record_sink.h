// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "format/stream.h"

namespace holdfast::archive {

/// Takes what a backup produces: streams one after the other, each of any number of records. One thread.
/// What it throws ends the backup.
///
///   begin(1, unix_attributes)  data(...)  end()
///   begin(1, file_data)        data(block) data(block)  end()
///   begin(2, unix_attributes)  ...
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  /// `file_index` is the one before or the next one.
  virtual void begin(std::int32_t file_index, format::StreamId stream) = 0;
  /// One record; at most about 262,200 bytes unless the block size was set higher, never over 999,996.
  virtual void data(Bytes record) = 0;
  virtual void end() = 0;
};

}  // namespace holdfast::archive
