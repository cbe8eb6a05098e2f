// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "archive/record_sink.h"
#include "archive/report.h"

namespace holdfast::archive {

/// Keeps what a backup sends, and checks on the way what a Storage Daemon would refuse.
class RecordList final : public RecordSink {
 public:
  struct Record {
    std::int32_t file_index = 0;
    format::StreamId stream = format::StreamId::none;
    Buffer payload;
  };

  /// Throws Error{invalid} for an index that is neither the one before nor the next.
  void begin(std::int32_t file_index, format::StreamId stream) override;
  void data(Bytes record) override;
  void end() override;

  const std::vector<Record>& records() const { return records_; }
  /// The payloads of one stream of one file, joined.
  Buffer stream(std::int32_t file_index, format::StreamId stream) const;
  /// "1:1 1:2 1:3": file index and stream of every record.
  std::string summary() const;
  /// The FileIndex under which a name was sent; 0 for none.
  std::int32_t index_of(const std::string& name) const;

 private:
  std::vector<Record> records_;
  std::int32_t file_index_ = 0;
  format::StreamId stream_ = format::StreamId::none;
};

class ReportList final : public Report {
 public:
  void message(MessageType type, const std::string& text) override { messages.push_back({type, text}); }
  struct Message {
    MessageType type;
    std::string text;
  };
  /// All texts, each on a line.
  std::string text() const;
  std::vector<Message> messages;
};

}  // namespace holdfast::archive
