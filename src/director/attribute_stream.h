// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "catalog/file_batch.h"
#include "director/job_log.h"
#include "stream/record_tally.h"
#include "wire/catalog_requests.h"

namespace holdfast::director {

/// Brings the attribute records of one job into the catalog while it runs: a file's attributes wait for its
/// digest, rows are gathered and stored batch by batch (interop 07, section 4). One thread.
class AttributeStream {
 public:
  AttributeStream(catalog::FileCatalog& files, JobLog& log) : files_(files), log_(log) {}

  void start(JobId job) { job_ = job; }
  void add(const wire::AttributesUpdate& update);
  /// A file of a verify job, as its client tells it, and then its digest, in base64.
  void add_file(std::uint32_t file_index, std::string_view name, std::string_view stat);
  void add_digest_text(std::uint32_t file_index, std::string_view digest);
  /// Stores what is still in hand.
  void finish();

  /// Files the Storage Daemon told about, deleted ones and restore objects included.
  std::uint64_t records() const { return records_; }
  /// Rows made of them.
  std::uint64_t rows() const { return rows_; }
  std::uint32_t last_index() const { return last_index_; }
  /// Of all records that came; called once, at the end.
  stream::RecordCounts counts() { return tally_.finish(); }

 private:
  struct Pending {
    bool is_filled = false;
    std::uint32_t record_index = 0;
    std::string path, name, stat, digest;
    std::uint32_t file_index = 0;
    std::int16_t delta = 0;
  };
  void add_attributes(const wire::AttributesUpdate& update);
  void add_restore_object(const wire::AttributesUpdate& update);
  void add_digest(const wire::AttributesUpdate& update);
  void keep_pending();
  void flush();
  bool has_attributes_of(std::uint32_t file_index, std::string_view digest_of);

  catalog::FileCatalog& files_;
  JobLog& log_;
  JobId job_;
  Pending pending_;
  catalog::FileBatch batch_{2U << 20U};
  std::uint64_t records_ = 0;
  std::uint64_t rows_ = 0;
  std::uint32_t last_index_ = 0;
  stream::RecordTally tally_;
};

}  // namespace holdfast::director
