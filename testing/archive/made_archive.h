// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "archive/restore.h"
#include "format/file_type.h"
#include "testing/archive/record_list.h"
#include "testing/tree/memory_tree.h"

namespace holdfast::archive {

/// Records made by hand.
class MadeArchive {
 public:
  std::int32_t add(format::FileType type, const std::string& name, std::uint32_t mode, std::int64_t size = 0,
                   const std::string& link = "", format::StreamId data_stream = format::StreamId::file_data,
                   std::uint64_t rdev = 0);
  void file(const std::string& name, std::string_view content);
  /// A record of the last object.
  void put(format::StreamId stream, Bytes payload);
  const RecordList& records() const { return list_; }

 private:
  RecordList list_;
  std::int32_t index_ = 0;
};

RestoreTotals restored(const RecordList& records, tree::FileTarget& target, const RestoreOptions& options,
                       Report& report);

/// What a restore of such records did, and said.
struct Result {
  Result(const MadeArchive& archive, tree::FileTarget& target, const RestoreOptions& options)
      : totals(restored(archive.records(), target, options, report)) {}
  ReportList report;
  RestoreTotals totals;
};

/// "(none)" where there is no such file.
std::string content(tree::MemoryTree& tree, const std::string& path);

}  // namespace holdfast::archive
