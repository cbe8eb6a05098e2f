// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "volumes/storage_device.h"

namespace holdfast::volumes {

/// A device kept for a job, and the volume it shall mount. Ends with the object; BlockWriter and ReadSession
/// count themselves separately.
class Reservation {
 public:
  Reservation() = default;
  /// The device's count was raised already.
  explicit Reservation(StorageDevice& device) : device_(&device) {}
  Reservation(Reservation&& other) noexcept
      : device_(std::exchange(other.device_, nullptr)), volume_(std::move(other.volume_)) {}
  Reservation& operator=(Reservation&& other) noexcept;
  ~Reservation() { release(); }

  explicit operator bool() const { return device_ != nullptr; }
  StorageDevice& device() const { return *device_; }
  /// Empty: not known yet.
  const std::string& volume() const { return volume_; }
  void want_volume(std::string volume);
  void release();

 private:
  StorageDevice* device_ = nullptr;
  std::string volume_;
};

/// What a job asks for with `use storage`.
struct ReservationRequest {
  enum class Use { read, append };
  JobId job_id;
  Use use = Use::append;
  std::string media_type;
  std::string pool;
  std::string pool_type = "Backup";
  std::vector<std::string> devices;  ///< names of devices or autochangers, in the order of preference
  /// For a job that reads and writes: the device it has already, for whose release it would wait for ever, and
  /// the volumes it reads, which must not be appended to meanwhile.
  const StorageDevice* own_device = nullptr;
  std::vector<std::string> read_volumes = {};
};

/// All devices of the daemon. Any thread.
class DevicePool {
 public:
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

  /// Waits until a suitable device is free; `waiting` is called for every round that found none, before the
  /// wait. Nothing when no device suits at all. Throws Error{cancelled} when `stop` is requested.
  std::optional<Reservation> reserve(const ReservationRequest& request, VolumeCatalog& catalog,
                                     const std::function<void()>& waiting, std::stop_token stop);

  /// Lines for the status command: why jobs wait, by code and text (interop 03, section 5).
  std::vector<std::string> waiting_reasons() const;

 private:
  struct Attempt {
    std::optional<Reservation> reservation;
    bool is_suitable = false;  ///< of some device at least
    std::vector<std::string> reasons;
  };
  Attempt try_all(const ReservationRequest& request, VolumeCatalog& catalog);
  std::optional<Reservation> join_mounted(const ReservationRequest& request,
                                          const std::vector<StorageDevice*>& devices, VolumeCatalog& catalog);
  bool try_device(StorageDevice& device, const ReservationRequest& request, Attempt& attempt);
  void note_waiting(JobId job, std::vector<std::string> reasons);
  std::string choose_volume(const StorageDevice& device, const ReservationRequest& request,
                            VolumeCatalog& catalog);

  std::vector<std::unique_ptr<StorageDevice>> devices_;
  std::vector<Group> groups_;
  // One job at a time looks for a device, so that two cannot take the last place of one.
  std::mutex searching_;
  Guarded<std::map<JobId, std::vector<std::string>>> waiting_;
  Guarded<std::uint64_t> changes_;
};

}  // namespace holdfast::volumes
