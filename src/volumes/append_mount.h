// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "volumes/operator_wait.h"
#include "volumes/storage_device.h"
#include "volumes/volume_label.h"

namespace holdfast::volumes {

/// The job on whose behalf volumes are mounted.
struct MountingJob {
  std::string job;  ///< unique name
  std::string client = {};
  VolumeSession session;
  std::string pool;
  std::string pool_type = "Backup";
  std::string media_type;
  std::vector<std::string> read_volumes = {};  ///< by the same job; not to be appended to
};

/// Gets a volume ready to be appended to (interop 03, section 9.3): asks the catalog which, has it loaded, opens,
/// labels or recycles it, goes to its end and compares that with the catalog; volumes that cannot be used are marked
/// in the catalog and the next one is tried; with none left it waits for the operator.
class AppendMount {
 public:
  AppendMount(StorageDevice& device, MountingJob job, VolumeCatalog& catalog, JobLog& log,
              const LabelStamp& stamp, const Clock& clock, std::stop_token stop)
      : device_(device),
        job_(std::move(job)),
        catalog_(catalog),
        log_(log),
        stamp_(stamp),
        clock_(clock),
        operator_(device, job_.job, log, clock, stop) {}

  /// Leaves a volume in turn.mounted(), whose jobs counter includes this job. `candidate`: chosen when the
  /// device was reserved; empty: ask. While it waits for the operator the turn is given up and taken again.
  /// Throws Error: cancelled, or what the catalog or device failed with.
  void mount(StorageDevice::Turn& turn, const std::string& candidate);

  /// Whether the volume that a job before left mounted is the one to append to, unchanged.
  bool is_still_good(StorageDevice::Turn& turn, const std::string& candidate);

  /// Counts the job on the volume that is mounted already.
  void join(StorageDevice::Turn& turn);

 private:
  enum class Tried {
    mounted,
    next,  ///< another volume is to be tried
    ask,   ///< a person must put the volume into the drive
  };
  using Medium = std::unique_ptr<device::Device>;

  bool claim(const std::string& volume);
  std::optional<VolumeRecord> choose(const std::string& candidate);
  Tried try_volume(StorageDevice::Turn& turn, VolumeRecord record);
  Medium open(StorageDevice::Turn& turn, const std::string& volume);
  Tried try_named(StorageDevice::Turn& turn, VolumeRecord record);
  // Of drives that hold one medium at a time: append_mount_loaded.cpp.
  Tried try_loaded(StorageDevice::Turn& turn, VolumeRecord record);
  bool is_by_robot(const VolumeRecord& record) const;
  std::optional<Tried> load(StorageDevice::Turn& turn, const VolumeRecord& record);
  Tried refuse_medium(StorageDevice::Turn& turn, const VolumeRecord& wanted, const std::string& why);
  Tried try_other(StorageDevice::Turn& turn, VolumeRecord wanted, const std::string& present, Medium medium);

  Tried use(StorageDevice::Turn& turn, const std::string& volume, Medium medium);
  Tried label_new(StorageDevice::Turn& turn, VolumeRecord record, Medium medium);
  Tried recycle(StorageDevice::Turn& turn, VolumeRecord record, Medium medium);
  Tried go_to_end(StorageDevice::Turn& turn, VolumeRecord record, Medium medium);
  bool is_at_known_place(device::Device& medium, VolumeRecord& record);
  bool is_at_known_end(device::Device& medium, VolumeRecord& record);
  bool is_at_known_file(device::Device& medium, VolumeRecord& record);
  bool write_volume_label(device::Device& medium, VolumeRecord& record, AfterLabel after,
                          std::uint64_t address = 0);
  bool may_label(const VolumeRecord& record) const;
  Tried reject(VolumeRecord record, const std::string& why);
  Tried take(StorageDevice::Turn& turn, VolumeRecord record, Medium medium);
  void wait_for_operator(StorageDevice::Turn& turn, const std::string& volume);
  /// Not while the drive is only polled.
  void warn(const std::string& text);

  StorageDevice& device_;
  MountingJob job_;
  VolumeCatalog& catalog_;
  JobLog& log_;
  const LabelStamp& stamp_;
  const Clock& clock_;
  OperatorWait operator_;
  VolumeClaim claim_;  ///< of the volume that is being mounted
  std::vector<std::string> unwanted_;
  bool is_polling_ = false;
};

/// After this position there are only whole blocks: what a crash left behind the last of them is cut off, so
/// that readers find what is appended (unless it is more than a crash can explain). `from` is a block's address or the end. Returns the new end.
std::uint64_t trim_torn_tail(device::Device& medium, std::uint64_t from);

}  // namespace holdfast::volumes
