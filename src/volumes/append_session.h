// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <exception>
#include <memory>
#include <thread>
#include <vector>

#include "base/bounded_queue.h"
#include "format/label.h"
#include "volumes/append_mount.h"
#include "volumes/block_sink.h"

namespace holdfast::volumes {

/// A record that the catalog wants to have: attributes, digest, restore object.
struct CatalogRecord {
  std::int32_t file_index = 0;
  std::int32_t stream = 0;
  Buffer data;
};

/// Takes catalog records in order, each only after the data of its file was written. Called on the writing
/// thread; what it throws ends the job.
class AttributeSink {
 public:
  virtual ~AttributeSink() = default;
  virtual void attributes(std::vector<CatalogRecord> batch) = 0;
};

/// The job a session belongs to.
struct AppendJob {
  MountingJob mounting;
  /// Of the session start, without end; the time is that of writing where it has none.
  format::SessionLabel label;
};

struct AppendTotals {
  std::uint32_t files = 0;  ///< the last file index
  std::uint64_t bytes = 0;  ///< sum of the payloads
};

/// One job appending to volumes. The caller's thread fills blocks; a second one checksums and writes them, so
/// that receiving and the disk work at the same time. There is no third for building: a record is copied once,
/// from the network buffer into its block, and handing it on instead would cost another copy.
/// Memory: the blocks that wait, at most eight or 4 MiB of them, and two more; and their catalog records.
class AppendSession {
 public:
  /// `writer`: takes blocks already. All must outlive the session. `stop` cancels the job.
  AppendSession(BlockSink& writer, AppendJob job, AttributeSink& attributes, const Clock& clock,
                std::stop_token stop);
  ~AppendSession();

  /// One record. Throws what the writing thread failed with, as soon as that is known; and where the job is cancelled, when
  /// the record was taken.
  void record(std::int32_t file_index, std::int32_t stream, Bytes payload);

  /// Writes the end of the session and waits until every block is on its volume and all attributes were
  /// passed on. The session cannot be used afterwards.
  AppendTotals close(JobStatus status, std::uint32_t errors);

  AppendTotals totals() const { return totals_; }

 private:
  struct Work {
    format::BuiltBlock block;
    std::vector<CatalogRecord> attributes;
  };

  void put_label(format::LabelType type, const format::SessionLabel& label);
  void put(std::int32_t file_index, std::int32_t stream, Bytes payload);
  void hand_over();
  void write_blocks();
  void check_writer();
  void keep_for_catalog(std::int32_t file_index, std::int32_t stream, Bytes payload);

  BlockSink& writer_;
  AppendJob job_;
  AttributeSink& attributes_;
  const Clock& clock_;
  std::stop_token stop_;
  format::BlockBuilder builder_;
  AppendTotals totals_;
  // Of the file that is still coming in; and of complete files, which go with the block they end in.
  std::vector<CatalogRecord> of_current_file_;
  std::vector<CatalogRecord> of_complete_files_;
  BoundedQueue<Work> full_;
  Guarded<std::vector<Buffer>> empty_;
  Guarded<std::exception_ptr> failure_;
  std::jthread writing_;
};

}  // namespace holdfast::volumes
