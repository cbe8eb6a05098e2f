// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/archive/made_archive.h"

#include "format/attributes.h"

namespace holdfast::archive {

using format::FileType;
using format::StreamId;

std::int32_t MadeArchive::add(FileType type, const std::string& name, std::uint32_t mode, std::int64_t size,
                              const std::string& link, StreamId data_stream, std::uint64_t rdev) {
  format::PackedStat stat;
  stat.mode = mode;
  stat.size = size;
  stat.rdev = rdev;
  stat.modification_time = 1'500'000'000;
  stat.data_stream = data_stream;
  const auto packed = format::pack(stat);
  Buffer payload;
  format::Attributes attributes;
  attributes.file_index = static_cast<std::uint32_t>(++index_);
  attributes.type = type;
  attributes.name = name;
  attributes.packed_stat = packed;
  attributes.link = link;
  format::append_attributes(payload, attributes);
  put(StreamId::unix_attributes, payload);
  return index_;
}

void MadeArchive::file(const std::string& name, std::string_view content) {
  add(FileType::regular, name, 0100644, static_cast<std::int64_t>(content.size()));
  put(StreamId::file_data, as_bytes(content));
}

void MadeArchive::put(StreamId stream, Bytes payload) {
  list_.begin(index_, stream);
  list_.data(payload);
  list_.end();
}

RestoreTotals restored(const RecordList& records, tree::FileTarget& target, const RestoreOptions& options,
                       Report& report) {
  Restore restore(target, options, report);
  for (const auto& record : records.records())
    restore.record({{1, 1}, record.file_index, number(record.stream)}, record.payload);
  return restore.finish();
}

std::string content(tree::MemoryTree& tree, const std::string& path) {
  const auto* node = tree.find(path);
  return node == nullptr ? "(none)" : std::string(as_text(node->content));
}

}  // namespace holdfast::archive
