// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/director_line.h"
#include "storage/storage_context.h"
#include "volumes/read_session.h"

namespace holdfast::storage {

/// What one job reads: the volumes of its bootstrap, from the device that was reserved for it; where a volume
/// is of another media type, from another device (interop 03, section 17).
class ReadRun {
 public:
  /// Throws Error{invalid} where the bootstrap is none or names no volumes.
  ReadRun(const StorageContext& context, StorageJob& job, DirectorLine& director,
          volumes::Reservation reservation, std::string pool,
          const std::optional<format::Bootstrap>& bootstrap);

  /// The job writes to it meanwhile; it must not be chosen to read from.
  void keep_away_from(const volumes::StorageDevice& written) { written_ = &written; }

  /// Not between let_go() and take_back().
  const volumes::StorageDevice& device() const { return reservation_.device(); }
  /// All that are read, in order.
  std::vector<std::string> volumes() const;

  /// Gives the device to other jobs, before open(); take_back() waits until it can be had again.
  void let_go();
  void take_back();

  /// Mounts the first volume; its records come from read_all().
  void open();
  void read_all(volumes::RecordVisitor& visitor);
  /// Tells the catalog and lets go of the device.
  void release();

 private:
  void begin_part(std::size_t number);
  void read_part(volumes::RecordVisitor& visitor);
  void change_device(const format::BootstrapVolume& wanted);
  volumes::ReservationRequest request_for(std::string media_type, std::vector<std::string> devices) const;
  std::optional<volumes::Reservation> reserve(const volumes::ReservationRequest& request);

  const StorageContext& context_;
  StorageJob& job_;
  DirectorLine& director_;
  volumes::Reservation reservation_;
  const volumes::StorageDevice* let_go_ = nullptr;
  std::string pool_;
  const volumes::StorageDevice* written_ = nullptr;
  std::vector<format::Bootstrap> parts_;  ///< each of one media type
  std::optional<volumes::ReadSession> session_;
};

/// Cuts a bootstrap where the media type of its volumes changes.
std::vector<format::Bootstrap> parts_by_media_type(const format::Bootstrap& bootstrap);

}  // namespace holdfast::storage
