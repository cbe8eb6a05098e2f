// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "format/block_builder.h"
#include "volumes/append_mount.h"
#include "volumes/block_sink.h"
#include "volumes/job_range.h"

namespace holdfast::volumes {

/// Writes the blocks of one job to its device, among those of other jobs, over as many volumes as it takes.
/// Order of persistence: the data is durable on the medium, then its JobMedia is in the catalog, then the
/// counters of the volume. Used by one thread at a time.
class BlockWriter final : public BlockSink {
 public:
  BlockWriter(StorageDevice& device, const MountingJob& job, VolumeCatalog& catalog, JobLog& log,
              const LabelStamp& stamp, const Clock& clock, std::stop_token stop);
  /// Without release() only lets go of the device.
  ~BlockWriter() override;
  BlockWriter(const BlockWriter&) = delete;
  BlockWriter& operator=(const BlockWriter&) = delete;

  /// Mounts a volume, or joins the one that is mounted. Once, before the first write. From here on the job
  /// counts among the device's writers.
  void open(const std::string& candidate);

  /// Throws Error when the block cannot be written to any volume.
  void write(const format::BuiltBlock& block) override;

  /// What was written so far is durable, and in the catalog, when it returns.
  void settle();

  /// Makes everything durable, tells the catalog and lets go of the device.
  void release();

  /// Of the volume that was written last: another number for every other one.
  std::uint64_t generation() const { return generation_; }

  /// Of the volume mounted by open().
  std::size_t max_block_size() const override { return max_block_size_; }

 private:
  void write_somewhere(StorageDevice::Turn& turn, const format::BuiltBlock& block);
  void account(MountedVolume& mounted, const format::BuiltBlock& block, std::uint64_t start);
  void catch_up(StorageDevice::Turn& turn);
  void abandon_volume(StorageDevice::Turn& turn);
  void check_not_lost(const StorageDevice::Turn& turn) const;
  bool is_over_capacity(const MountedVolume& mounted, std::size_t length) const;
  void mark_file(MountedVolume& mounted);
  void end_file(MountedVolume& mounted, device::Device::Mark mark);
  void close_volume(StorageDevice::Turn& turn);
  bool is_last_block_there(MountedVolume& mounted) const;
  enum class Tried { written, volume_is_full, no_space };
  Tried try_write(MountedVolume& mounted, const format::BuiltBlock& block);
  void end_volume(StorageDevice::Turn& turn);
  void store_range(MountedVolume& mounted);
  void show_progress(const MountedVolume& mounted, std::size_t written, std::chrono::microseconds spent);
  Tried note_write_error(MountedVolume& mounted, std::uint64_t start, const Error& error);
  void leave(StorageDevice::Turn turn);

  StorageDevice& device_;
  MountingJob job_;
  VolumeCatalog& catalog_;
  JobLog& log_;
  const Clock& clock_;
  std::stop_token stop_;
  AppendMount mount_;
  JobRange range_;
  MediaId media_id_;
  std::uint64_t generation_ = 0;
  std::uint64_t file_number_ = 0;
  std::size_t max_block_size_ = format::default_block_size;
  bool has_placeholder_ = false;
  bool is_open_ = false;
};

}  // namespace holdfast::volumes
