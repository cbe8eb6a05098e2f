// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "catalog/rows.h"

namespace holdfast::catalog {

/// What a device of a Storage Daemon was doing at a moment.
struct DeviceSample {
  Moment time{};
  std::string device{};
  std::uint64_t read_bytes = 0;
  std::uint64_t written_bytes = 0;
  std::int64_t read_time = 0;
  std::int64_t write_time = 0;
  std::uint64_t spool_bytes = 0;
  std::int32_t waiting = 0;
  std::int32_t writers = 0;
  MediaId volume{};
  std::uint64_t volume_bytes = 0;
  std::uint64_t volume_files = 0;
  std::uint64_t volume_blocks = 0;
};

/// How far a job was.
struct JobSample {
  Moment time{};
  std::string device{};
  JobId job{};
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

/// What a tape drive complains about, as bits.
struct TapeAlertSample {
  Moment time{};
  std::string device{};
  std::uint64_t alerts = 0;
};

struct Samples {
  std::vector<DeviceSample> devices{};
  std::vector<JobSample> jobs{};
  std::vector<TapeAlertSample> tapes{};

  std::size_t size() const { return devices.size() + jobs.size() + tapes.size(); }
};

/// The tables of samples (interop 07, section 2.12): DeviceStats, JobStats, TapeAlerts; and Device, whose rows are created
/// with their first sample. Errors as those of the other roles (catalog.h).
class StatisticsCatalog {
 public:
  virtual ~StatisticsCatalog() = default;
  /// All of them, or none where it throws. Some thousands at a time, so that others can write too.
  virtual void add(StorageId storage, const Samples& samples) = 0;
};

}  // namespace holdfast::catalog
