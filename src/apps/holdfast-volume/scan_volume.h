// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <unordered_map>

#include "apps/holdfast-volume/scan_run.h"
#include "volumes/block_reader.h"
#include "volumes/job_range.h"

namespace holdfast::apps {

/// Reads one volume for a scan. One thread.
class VolumeScan final : private SessionRows::Target {
 public:
  VolumeScan(ScanRun& run, std::string volume);

  VolumeSums read(device::Drive& drive);

 private:
  struct Local {
    std::shared_ptr<ScannedSession> session;
    volumes::JobRange range;
    std::uint64_t range_start = 0;
  };

  void block(const volumes::Block& block);
  void label(Local& local, const format::RecordPiece& piece, VolumeSession number);
  void session_start(Local& local, const format::RecordPiece& piece, VolumeSession number);
  void session_end(Local& local, const format::RecordPiece& piece, VolumeSession number);
  void close_range(Local& local);
  void list(const format::RecordPiece& piece, VolumeSession number);

  void files(std::span<const catalog::NewFile> files) override;
  void restore_object(const catalog::RestoreObjectRow& object) override;
  void skipped(std::uint32_t file_index, const std::string& why) override;

  ScanRun& run_;
  std::string volume_;
  VolumeSums sums_;
  std::unique_ptr<catalog::Catalog> catalog_;  ///< of this thread; null where nothing is written
  std::unordered_map<VolumeSession, Local> sessions_;
  ScannedSession* current_ = nullptr;
  std::uint64_t position_ = 0;
  std::uint64_t file_rows_ = 0;
};

}  // namespace holdfast::apps
