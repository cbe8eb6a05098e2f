// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "volumes/storage_device.h"
#include "volumes/volume_claims.h"
#include "volumes/waiting_jobs.h"

namespace holdfast::volumes {

/// What a job asks for with `use storage`.
struct ReservationRequest {
  enum class Use { read, append };
  JobId job_id;
  std::string job = {};  ///< its unique name; empty: what it holds is not looked at to find deadlocks
  Use use = Use::append;
  std::string media_type;
  std::string pool;
  std::string pool_type = "Backup";
  std::vector<std::string> devices;  ///< names of devices or autochangers, in the order of preference
  /// No: a drive of its own rather than one that others write to.
  bool prefers_mounted_volumes = true;
  /// File Device Concurrent Read: several jobs may read from one device whose volumes lie side by side.
  bool may_share_reading = false;
  /// For a job that reads and writes: the device it has already, for whose release it would wait for ever, and
  /// the volumes it reads, which must not be appended to meanwhile.
  const StorageDevice* own_device = nullptr;
  std::vector<std::string> read_volumes = {};
};

/// A device kept for a job, and the volume it shall mount. Ends with the object; BlockWriter and ReadSession
/// count themselves separately.
class Reservation {
 public:
  Reservation() = default;
  /// The device's counts were raised already, for that use and job.
  Reservation(StorageDevice& device, ReservationRequest::Use use, std::string job)
      : device_(&device), use_(use), job_(std::move(job)) {}
  Reservation(Reservation&& other) noexcept;
  Reservation& operator=(Reservation&& other) noexcept;
  ~Reservation() { release(); }

  explicit operator bool() const { return device_ != nullptr; }
  StorageDevice& device() const { return *device_; }
  /// Empty: not known yet.
  const std::string& volume() const { return claim_.volume(); }
  void want_volume(VolumeClaim claim);
  void release() {
    if (auto* device = drop(Told::yes)) device->note_release();
  }
  /// As if there had been none: wakes nobody who waits for the device.
  void undo() { drop(Told::no); }

 private:
  enum class Told { yes, no };
  StorageDevice* drop(Told told);

  StorageDevice* device_ = nullptr;
  ReservationRequest::Use use_ = ReservationRequest::Use::append;
  std::string job_;
  VolumeClaim claim_;
};

/// A device that a request names.
struct DeviceCandidate {
  StorageDevice* device = nullptr;
  bool is_of_changer = false;
};

/// Who waits, and what it hears meanwhile.
struct ReservationWait {
  /// For every round that found nothing, before the wait.
  std::function<void()> heartbeat = [] {};
  JobLog* log = nullptr;         ///< is told why, now and then; null: nobody
  const Clock* clock = nullptr;  ///< needed with a log
};

/// All devices of the daemon. Any thread.
class DevicePool {
 public:
  DevicePool();
  void add(std::unique_ptr<StorageDevice> device);
  /// Another name for several devices: an autochanger.
  void add_group(std::string name, std::vector<StorageDevice*> members);

  const std::vector<std::unique_ptr<StorageDevice>>& devices() const { return devices_; }
  /// A device by name, or the first of a group; null where there is none.
  StorageDevice* find(std::string_view name) const;
  /// All devices that the name stands for.
  std::vector<StorageDevice*> named(std::string_view name) const;
  struct Group {
    std::string name;
    std::vector<StorageDevice*> members;
  };
  const std::vector<Group>& groups() const { return groups_; }

  /// Waits until a suitable device is free. Nothing when no device suits at all. Throws Error{cancelled} when `stop` is
  /// requested, DeviceDeadlock when it would wait for ever.
  std::optional<Reservation> reserve(const ReservationRequest& request, VolumeCatalog& catalog,
                                     const ReservationWait& wait, std::stop_token stop);

  /// Device Reserve By Media Type: where no device that a job names can be had, any other of its media type will do.
  /// Before jobs use the pool.
  void reserve_by_media_type() { is_by_media_type_ = true; }

  /// Lines for the status command: why jobs wait, by code and text (interop 03, section 5).
  std::vector<std::string> waiting_reasons() const { return waiting_.reasons(); }

  VolumeClaims& claims() { return claims_; }

 private:
  class Narrator;
  struct Attempt;
  Attempt try_all(const ReservationRequest& request, VolumeCatalog& catalog);
  std::vector<DeviceCandidate> candidates(const ReservationRequest& request) const;
  void note_change(const StorageDevice* origin);

  // Before the devices, which hold claims.
  Guarded<std::uint64_t> changes_;
  VolumeClaims claims_;
  std::vector<std::unique_ptr<StorageDevice>> devices_;
  std::vector<Group> groups_;
  bool is_by_media_type_ = false;
  // One job at a time looks for a device, so that two cannot take the last place of one.
  std::mutex searching_;
  WaitingJobs waiting_;
};

}  // namespace holdfast::volumes
