// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>

#include "storage/attribute_courier.h"
#include "storage/storage_context.h"
#include "stream/record_tally.h"
#include "stream/xflate.h"
#include "volumes/block_writer.h"
#include "volumes/checkpoints.h"
#include "volumes/data_spool.h"

namespace holdfast::storage {

/// What one job writes, from the reservation of a device to the last word to the catalog. For records that a peer
/// sends, the device is taken when the first one comes (just in time) or before, as configured. For records of
/// volumes it is mounted before those, and the session begins with what their label says.
class AppendRun {
 public:
  AppendRun(const StorageContext& context, StorageJob& job, DirectorLine& director,
            volumes::ReservationRequest request);

  /// From now on the job is one that reads from this device and these volumes.
  void keep_away_from(const volumes::StorageDevice& read, std::vector<std::string> volumes);

  /// The records come from the volumes of another Storage Daemon.
  void note_replication() { is_replication_ = true; }

  /// False: no device suits. Throws Error{cancelled}.
  bool reserve();
  const volumes::Reservation& reservation() const { return *reservation_; }

  /// Reserves, if that was not done, mounts a volume and begins the session.
  void acquire();
  /// Reserves, if that was not done, and mounts a volume; begin() must follow.
  void mount();
  /// The one that is written to, when a volume is mounted.
  const volumes::StorageDevice& device() const { return *device_; }
  /// Begins the session; `original` is the start of the one whose records come, if it is known.
  void begin(const std::optional<format::SessionLabel>& original);
  bool is_begun() const { return session_ != nullptr; }

  void record(std::int32_t file_index, std::int32_t stream, Bytes payload);

  /// Ends the session with this status: when it returns, volume and catalog hold all there is.
  void finish(JobStatus status);

  volumes::AppendTotals totals() const { return totals_; }
  /// Of all records; called once, at the end.
  stream::RecordCounts counts() { return tally_.finish(); }

 private:
  void check_device();
  void close_session(JobStatus status);
  void report_speed();
  void start_spooling();
  void start_xflating();
  void start_checkpoints();
  volumes::BlockSink& way_to_volume();
  void despool_attributes();
  std::string attribute_spool_path() const;

  const StorageContext& context_;
  StorageJob& job_;
  DirectorLine& director_;
  volumes::ReservationRequest request_;
  volumes::StorageDevice* device_ = nullptr;
  const volumes::StorageDevice* read_ = nullptr;  ///< set: the records come from volumes
  Instant began_;
  volumes::AppendTotals totals_;
  stream::RecordTally tally_;
  bool is_replication_ = false;
  std::optional<volumes::Reservation> reservation_;
  // In the order in which they need each other: the session ends first.
  std::unique_ptr<AttributeCourier> courier_;
  std::unique_ptr<volumes::BlockWriter> writer_;
  std::unique_ptr<volumes::Checkpoints> checkpoints_;  ///< null: none
  std::unique_ptr<volumes::DataSpool> spool_;          ///< null: blocks go to the volume at once
  std::unique_ptr<volumes::AppendSession> session_;
  std::unique_ptr<stream::Xflate> xflate_;  ///< null: records go to the session as they come
};

}  // namespace holdfast::storage
