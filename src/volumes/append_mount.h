// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "volumes/storage_device.h"
#include "volumes/volume_label.h"

namespace holdfast::volumes {

/// The job on whose behalf volumes are mounted.
struct MountingJob {
  std::string job;  ///< unique name
  VolumeSession session;
  std::string pool;
  std::string pool_type = "Backup";
  std::string media_type;
  std::vector<std::string> read_volumes = {};  ///< by the same job; not to be appended to
};

/// Gets a volume ready to be appended to (interop 03, section 9.3): asks the catalog which, opens, labels or
/// recycles it, goes to its end and compares that with the catalog; volumes that cannot be used are marked in
/// the catalog and the next one is tried; with none left it waits for the operator.
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
        stop_(stop) {}

  /// Leaves a volume in turn.mounted(), whose jobs counter includes this job. `candidate`: chosen when the
  /// device was reserved; empty: ask. While it waits for the operator the turn is given up and taken again.
  /// Throws Error: cancelled, or what the catalog or device failed with.
  void mount(StorageDevice::Turn& turn, const std::string& candidate);

  /// Counts the job on the volume that is mounted already.
  void join(StorageDevice::Turn& turn);

 private:
  enum class Tried { mounted, next };

  std::optional<VolumeRecord> choose(const std::string& candidate);
  Tried try_volume(StorageDevice::Turn& turn, VolumeRecord record);
  Tried label_new(StorageDevice::Turn& turn, VolumeRecord record, std::unique_ptr<device::Device> medium);
  Tried recycle(StorageDevice::Turn& turn, VolumeRecord record, std::unique_ptr<device::Device> medium);
  Tried go_to_end(StorageDevice::Turn& turn, VolumeRecord record, std::unique_ptr<device::Device> medium);
  std::optional<std::uint64_t> write_volume_label(device::Device& medium, VolumeRecord& record);
  bool may_label(const VolumeRecord& record) const;
  Tried reject(VolumeRecord record, const std::string& why);
  Tried take(StorageDevice::Turn& turn, VolumeRecord record, std::unique_ptr<device::Device> medium);
  void wait_for_operator(StorageDevice::Turn& turn);

  StorageDevice& device_;
  MountingJob job_;
  VolumeCatalog& catalog_;
  JobLog& log_;
  const LabelStamp& stamp_;
  const Clock& clock_;
  std::stop_token stop_;
  std::vector<std::string> unwanted_;
  unsigned waits_ = 0;
};

/// After this position there are only whole blocks: what a crash left behind the last of them is cut off, so
/// that readers find what is appended (unless it is more than a crash can explain). `from` is a block's address or the end. Returns the new end.
std::uint64_t trim_torn_tail(device::Device& medium, std::uint64_t from);

}  // namespace holdfast::volumes
