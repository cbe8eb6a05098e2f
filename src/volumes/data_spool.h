// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <stop_token>

#include "volumes/block_writer.h"
#include "volumes/spool_store.h"

namespace holdfast::volumes {

/// What a spooling job does now, for the status command.
enum class SpoolStage { none, spooling, waiting_to_despool, despooling };

struct SpoolOrder {
  std::unique_ptr<SpoolStore> store;
  std::uint64_t job_limit = 0;  ///< bytes; 0: none
  SpoolCounters* counters = nullptr;
  std::function<void(SpoolStage)> show = [](SpoolStage) {};
};

/// Keeps the blocks of a job on a disk and brings them to the volume in long runs, so that a tape does not stop
/// for a slow client, and the data of each job lies together (interop 03, section 11). Jobs of one device spool at
/// the same time and despool one after the other; a job that despools takes nothing from its client meanwhile.
/// Used by one thread at a time.
class DataSpool final : public BlockSink {
 public:
  /// `writer` is open on `device`. Both must outlive the spool. `stop` cancels the job.
  DataSpool(BlockWriter& writer, StorageDevice& device, SpoolOrder order, JobLog& log, const Clock& clock,
            std::stop_token stop);
  /// Without commit() what is spooled is lost.
  ~DataSpool() override;
  DataSpool(const DataSpool&) = delete;
  DataSpool& operator=(const DataSpool&) = delete;

  /// When a limit is reached or the disk is full, what is spooled so far goes to the volume first.
  void write(const format::BuiltBlock& block) override;
  std::size_t max_block_size() const override { return writer_.max_block_size(); }

  /// Brings the rest to the volume; nothing may be written afterwards.
  void commit();

 private:
  void make_room(std::uint64_t entry);
  void note_full_disk();
  bool put(const format::BuiltBlock& block);
  void write_through(const format::BuiltBlock& block);
  void despool();
  void copy_to_volume();
  format::BuiltBlock take_entry(std::uint64_t at, Buffer recycled);
  void empty();
  SpoolSpace::Turn wait_for_turn();

  BlockWriter& writer_;
  StorageDevice& device_;
  SpoolOrder order_;
  JobLog& log_;
  const Clock& clock_;
  std::stop_token stop_;
  std::uint64_t spooled_ = 0;  ///< bytes in the store: whole entries
  std::uint64_t most_ = 0;
  bool is_disk_full_noted_ = false;
};

}  // namespace holdfast::volumes
