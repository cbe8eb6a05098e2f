// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>

#include "base/guarded.h"
#include "device/device.h"
#include "stream/xflate.h"
#include "volumes/drive_alerts.h"
#include "volumes/encryption_status.h"
#include "volumes/spool_space.h"
#include "volumes/turnstile.h"
#include "volumes/volume_catalog.h"
#include "volumes/volume_claims.h"
#include "volumes/waiting_jobs.h"

namespace holdfast::volumes {

/// What the configuration says about a device.
struct DeviceSettings {
  std::string name;
  std::string archive;
  std::string media_type;
  bool may_read = true;
  bool may_append = true;
  bool labels_media = false;
  bool is_removable = true;
  bool is_always_open = true;  ///< loaded media stay open between jobs
  bool checks_blocks = true;
  std::uint32_t max_concurrent_jobs = 1;
  std::size_t label_block_size = format::default_label_block_size;
  std::size_t min_block_size = 0;
  std::size_t max_block_size = format::default_block_size;
  std::uint64_t max_file_size = 1'000'000'000;
  std::chrono::seconds poll_interval{300};
  std::chrono::seconds heartbeat_interval{0};  ///< to the peers of jobs that wait for a volume; 0: none
  std::string spool_directory = {};            ///< empty: the working directory of the daemon
  std::uint64_t max_spool_size = 0;            ///< of all jobs together; 0: unlimited
  std::uint64_t max_job_spool_size = 0;        ///< 0: unlimited
  unsigned drive_index = 0;                    ///< of the autochanger
  bool auto_select = true;                     ///< jobs that name only the autochanger may use it
  stream::XflateRules on_write = {};           ///< what becomes of file data on the way to volumes
  stream::XflateRules on_read = {};            ///< and from them

  device::BlockSizes label_sizes() const { return {label_block_size, label_block_size}; }
  /// Of the data blocks of a volume, whose pool may say otherwise than the device.
  device::BlockSizes block_sizes(const VolumeRecord& volume) const;

  /// "\"FileStorage\" (/srv/volumes)": how messages call a device, quotes included.
  std::string print_name() const { return "\"" + name + "\" (" + archive + ")"; }
};

/// Why a device does not work for jobs.
enum class Blocked {
  no,
  by_user,                ///< unmounted by the operator
  by_user_while_waiting,  ///< likewise, while a job waited for a volume
  waiting_for_mount,      ///< a certain volume is wanted
  waiting_for_volume,     ///< any appendable volume is wanted
  labelling,
};

/// What the status command and reservations look at.
struct DeviceState {
  std::string volume;  ///< empty: not open
  std::string pool;
  std::string pool_type = "Backup";
  bool is_appending = false;
  std::uint64_t bytes = 0;  ///< written to the volume so far, or read from it
  std::uint64_t blocks = 0;
  std::uint32_t files = 0;  ///< of the volume that is appended to
  MediaId media_id;         ///< likewise
  std::uint64_t position = 0;
  /// Since the daemon started.
  struct Work {
    std::uint64_t bytes_read = 0;
    std::uint64_t bytes_written = 0;
    std::chrono::microseconds reading{};
    std::chrono::microseconds writing{};
  };
  Work work = {};
  std::uint64_t tape_alerts = 0;  ///< that the drive gave since statistics took them
  unsigned writers = 0;
  unsigned readers = 0;
  unsigned reserved = 0;
  unsigned reserved_to_append = 0;  ///< of those
  std::multiset<std::string> jobs =
      {};  ///< that have the device or will; those that read it count by their reservation
  std::string reserved_volume;  ///< that a reservation will mount
  std::string reserved_pool;
  Blocked blocked = Blocked::no;
  unsigned waiting = 0;  ///< jobs that wait for the operator
  std::string wanted_volume;
  std::string wanted_pool;
  std::uint64_t wakeups = 0;             ///< counts the operator's mount and label commands
  std::uint64_t nudges = 0;              ///< counts what other devices let go of
  std::optional<bool> auto_select = {};  ///< what the operator said instead of the configuration

  void forget_job(const std::string& job) {
    if (const auto found = jobs.find(job); found != jobs.end()) jobs.erase(found);
  }
  bool is_busy() const { return writers + readers + reserved > 0; }
  /// Some job needs the volume to be in the drive. Between two volumes a job needs none.
  bool is_volume_needed() const {
    return !volume.empty() && (writers + readers > 0 || reserved_volume == volume);
  }
};

/// A volume that is open for appending.
struct MountedVolume {
  VolumeRecord record;
  std::unique_ptr<device::Device> medium;
  std::uint64_t generation = 0;   ///< differs from that of every other volume this device had
  std::uint64_t file_number = 0;  ///< of JobMedia ranges on this volume: see AppendSession
  std::uint64_t since_mark = 0;   ///< bytes written since the last file number
  bool is_nearly_full = false;    ///< the medium gave its early warning
  /// By which it is known again.
  struct LastBlock {
    std::uint64_t address = 0;
    format::BlockHeader header;
  };
  std::optional<LastBlock> last_block = {};
  VolumeClaim claim = {};
};

class Autochanger;

/// One device of the daemon. Its jobs take turns at the medium, block by block, in the order in which they ask; what reservations and status
/// need is kept apart and never waits for a turn.
class StorageDevice {
 public:
  StorageDevice(DeviceSettings settings, std::unique_ptr<device::Drive> drive)
      : settings_(std::move(settings)), drive_(std::move(drive)) {}

  const DeviceSettings& settings() const { return settings_; }
  std::string print_name() const { return settings_.print_name(); }

  DeviceState state() const {
    return state_.read([](const DeviceState& state) { return state; });
  }
  Guarded<DeviceState>& shared_state() { return state_; }
  SpoolSpace& spool_space() { return spool_space_; }

  /// Null: a person loads it. Set once, before jobs use the device.
  Autochanger* changer() const { return changer_; }
  void set_changer(Autochanger& changer) { changer_ = &changer; }

  /// Who tells of the drive's troubles; null: nobody. Set once, before jobs use the device.
  void set_alerts(std::unique_ptr<DriveAlerts> alerts) { alerts_ = std::move(alerts); }
  /// Who keeps the keys of volumes for the tools; without it nobody does. It throws Error where it cannot. Set once, before
  /// jobs use the device.
  void keep_keys(std::function<void(const std::string& volume, const std::string& key)> keep) {
    keep_key_ = std::move(keep);
  }
  /// Who tells whether the drive encrypts; null: nobody. Set once, before jobs use the device.
  void set_encryption_status(std::unique_ptr<EncryptionStatus> status) {
    encryption_status_ = std::move(status);
  }
  EncryptionStatus* encryption_status() const { return encryption_status_.get(); }

  /// For a job that leaves the device, with its turn: the last one tells its log of the drive's troubles. Throws what
  /// the log throws.
  void tell_alerts(const device::ChangerErrand& errand, JobLog& log);
  device::Drive::Media media_kind() const { return drive_->media_kind(); }
  bool is_auto_selected() const { return state().auto_select.value_or(settings_.auto_select); }

  /// Where the devices of a daemon say which volumes they use, and jobs for which they wait. Set once, before jobs use the
  /// device; without it all can be had.
  void join(VolumeClaims& claims, WaitingJobs& waiting) {
    claims_ = &claims;
    waiting_ = &waiting;
  }
  /// Null: the device stands alone.
  WaitingJobs* waiting_jobs() const { return waiting_; }
  /// Another drive that works with that volume, which can be in one of them only; null for none.
  const StorageDevice* other_user(const std::string& volume) const;
  std::optional<VolumeClaim> claim(const std::string& volume, VolumeClaim::Use use) const {
    return claims_ == nullptr ? std::optional(VolumeClaim()) : claims_->take(volume, *this, use);
  }

  /// Who waits for a device, or for a volume in it, hears of every job that let go of either; of a volume when the turn was
  /// given up. Set once, before jobs use the device.
  void on_release(std::function<void()> notify) { released_ = std::move(notify); }
  void note_release() {
    if (released_) released_();
  }

  /// The right to use medium and drive; ends with the object.
  class Turn {
   public:
    Turn(StorageDevice& device, std::stop_token stop) : device_(&device) { heed(std::move(stop)); }
    Turn(Turn&& other) noexcept
        : device_(std::exchange(other.device_, nullptr)), stop_(std::move(other.stop_)) {}
    Turn& operator=(Turn&& other) noexcept {
      if (this != &other) {
        release();
        device_ = std::exchange(other.device_, nullptr);
        stop_ = std::move(other.stop_);
      }
      return *this;
    }
    ~Turn() { release(); }

    /// From here on drive, medium and robot wait for nothing any more when this stop is requested, but throw
    /// Error{cancelled}.
    void heed(std::stop_token stop);
    const std::stop_token& stop() const { return stop_; }

    void release() {
      if (device_ != nullptr) std::exchange(device_, nullptr)->turns_.give_up();
    }
    std::optional<MountedVolume>& mounted() { return device_->mounted_; }
    /// Lets go of a medium that no job uses any more.
    void close_medium();
    device::Drive& drive() { return *device_->drive_; }
    std::uint64_t next_generation() { return ++device_->generations_; }
    /// The volume of that generation had to be left without making it durable: what jobs wrote to it is not
    /// to be told to the catalog.
    void note_lost(std::uint64_t generation) { device_->lost_.insert(generation); }
    bool is_lost(std::uint64_t generation) const { return device_->lost_.contains(generation); }

   private:
    StorageDevice* device_;
    std::stop_token stop_;
  };

  /// At the end of a job's stay: gives up the turn, then tells of it, so that whoever hears it can have the volume.
  class Leaving {
   public:
    Leaving(StorageDevice& device, Turn& turn) : device_(device), turn_(turn) {}
    ~Leaving() {
      turn_.release();
      device_.note_release();
    }
    Leaving(const Leaving&) = delete;
    Leaving& operator=(const Leaving&) = delete;

   private:
    StorageDevice& device_;
    Turn& turn_;
  };

  /// Throws Error{cancelled} when `stop` is requested first; what is done in the turn heeds it too.
  Turn take_turn(std::stop_token stop);
  /// Nothing while somebody has it.
  std::optional<Turn> try_turn(std::stop_token stop);

  /// For a job with the turn: the drive gets the key that the catalog has of the volume that is mounted next; empty: none.
  /// Throws Error where it cannot be used; that it cannot be kept for the tools is a warning only.
  void use_key(Turn& turn, const std::string& volume, const std::string& key, JobLog& log);

 private:
  DeviceSettings settings_;
  std::unique_ptr<device::Drive> drive_;
  Autochanger* changer_ = nullptr;
  std::unique_ptr<DriveAlerts> alerts_;
  std::function<void(const std::string& volume, const std::string& key)> keep_key_;
  std::unique_ptr<EncryptionStatus> encryption_status_;
  VolumeClaims* claims_ = nullptr;
  WaitingJobs* waiting_ = nullptr;
  std::function<void()> released_;
  Turnstile turns_;
  std::optional<MountedVolume> mounted_;
  std::uint64_t generations_ = 0;
  std::set<std::uint64_t> lost_;
  Guarded<DeviceState> state_;
  SpoolSpace spool_space_;
};

}  // namespace holdfast::volumes
