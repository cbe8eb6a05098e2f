// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/archive/record_list.h"

#include "base/error.h"
#include "format/attributes.h"

namespace holdfast::archive {

using format::StreamId;

void RecordList::begin(std::int32_t file_index, StreamId stream) {
  if (file_index < 1 || (file_index_ > 0 && file_index != file_index_ && file_index != file_index_ + 1))
    throw Error(ErrorKind::invalid, "FileIndex {} after {}", file_index, file_index_);
  if (stream_ != StreamId::none) throw Error(ErrorKind::invalid, "stream {} in a stream", number(stream));
  file_index_ = file_index;
  stream_ = stream;
}

void RecordList::data(Bytes record) {
  if (stream_ == StreamId::none) throw Error(ErrorKind::invalid, "a record outside of a stream");
  if (record.size() > 999'996) throw Error(ErrorKind::invalid, "a record of {} bytes", record.size());
  records_.push_back({file_index_, stream_, to_buffer(record)});
}

void RecordList::end() {
  if (stream_ == StreamId::none) throw Error(ErrorKind::invalid, "no stream to end");
  stream_ = StreamId::none;
}

Buffer RecordList::stream(std::int32_t file_index, StreamId stream) const {
  Buffer joined;
  for (const auto& record : records_)
    if (record.file_index == file_index && record.stream == stream) append(joined, record.payload);
  return joined;
}

std::string RecordList::summary() const {
  std::string text;
  for (const auto& record : records_) {
    if (!text.empty()) text += ' ';
    text += fmt::format("{}:{}", record.file_index, number(record.stream));
  }
  return text;
}

std::int32_t RecordList::index_of(const std::string& name) const {
  for (const auto& record : records_) {
    if (record.stream != StreamId::unix_attributes) continue;
    const auto attributes = format::parse_attributes(record.payload);
    if (attributes && attributes->name == name) return record.file_index;
  }
  return 0;
}

std::string ReportList::text() const {
  std::string all;
  for (const auto& message : messages) all += message.text + "\n";
  return all;
}

}  // namespace holdfast::archive
