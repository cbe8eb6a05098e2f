// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "volumes/reservation.h"

namespace holdfast::volumes {

/// One round of looking for a device that a job can have now (interop 03, section 5). One at a time in a pool.
class DeviceSearch {
 public:
  /// `candidates`: all that the request names, in the order of preference; `volumes`: of all devices.
  DeviceSearch(const ReservationRequest& request, std::vector<DeviceCandidate> candidates,
               std::size_t all_devices, VolumeCatalog& catalog, VolumeClaims& claims)
      : request_(request),
        candidates_(std::move(candidates)),
        all_devices_(all_devices),
        catalog_(catalog),
        claims_(claims) {}

  std::optional<Reservation> run();

  /// Why not, by device; each reason once.
  const std::vector<std::string>& reasons() const { return reasons_; }
  /// Those that the job could have some day; empty: none is suitable at all.
  std::vector<const StorageDevice*> suitable() const;

 private:
  struct Pass {
    bool wants_free = false;     ///< nobody else may use it
    bool wants_mounted = false;  ///< a drive that holds one medium at a time must hold one
    bool changers_only = false;
  };
  std::optional<Reservation> run_pass(const Pass& pass);
  std::optional<Reservation> take_least_used();
  std::optional<Reservation> join_mounted();
  std::optional<Reservation> try_device(StorageDevice& device, const Pass& pass);
  std::optional<Reservation> with_volume(Reservation reservation);
  std::string obstacle(const StorageDevice& device, const DeviceState& state, const Pass& pass) const;
  std::string obstacle_to_append(const StorageDevice& device, const DeviceState& state,
                                 const Pass& pass) const;
  bool is_suitable(const StorageDevice& device) const;
  bool is_read_by_job(const std::string& volume) const;
  std::optional<Reservation> share(Reservation reservation, const std::string& volume, unsigned reserved);
  bool is_full(const VolumeRecord& record, const StorageDevice& device, unsigned reserved);
  void note(std::string reason);

  const ReservationRequest& request_;
  std::vector<DeviceCandidate> candidates_;
  std::size_t all_devices_;
  VolumeCatalog& catalog_;
  VolumeClaims& claims_;
  std::vector<std::string> reasons_;
};

}  // namespace holdfast::volumes
