// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <string>

#include "archive/backup.h"
#include "archive/batcher.h"
#include "archive/encoder.h"

namespace holdfast::archive {

/// Gives batches to the sink, in order: numbers the files, makes the records of further names, counts, and tells
/// the operator what went wrong. One thread.
class Sender {
 public:
  Sender(RecordSink& sink, Report& report, std::int32_t last_file_index, std::uint32_t block_size,
         const Protection* protection);

  void send(Batch& batch);
  /// Records that a file saved before is there no more (interop 05, section 4, type 23).
  void send_deleted(std::string_view name, const selection::KnownFile& known);
  const BackupTotals& totals() const { return totals_; }

 private:
  /// The name of a file with several that was saved.
  struct Saved {
    std::int32_t file_index = 0;
    std::string name;  ///< as stored
    crypto::DigestValue digest{};
    std::uint64_t names_left = 0;
  };

  void send(Batch& batch, Item& item);
  void send_further_name(Item& item);
  void send_steps(Batch& batch, const Item& item);
  void send_attributes(Batch& batch, const Step& step);
  void remember(const Item& item);
  void tell(const std::vector<Notice>& notices);

  RecordSink& sink_;
  Report& report_;
  std::int32_t file_index_;
  Encoder encoder_;
  Batch extra_;  ///< for records made here
  std::map<FileKey, Saved> saved_;
  BackupTotals totals_;
};

}  // namespace holdfast::archive
