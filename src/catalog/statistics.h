// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "catalog/catalog.h"

namespace holdfast::catalog {

/// What a device of a Storage Daemon was doing at a moment.
struct DeviceSample {
  Moment time{};
  std::string device{};
  StorageId storage{};
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
  StorageId storage{};
  JobId job{};
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

/// What a tape drive complains about, as bits.
struct TapeAlertSample {
  Moment time{};
  std::string device{};
  StorageId storage{};
  std::uint64_t alerts = 0;
};

/// The tables of samples (interop 07, section 2.12): Device, DeviceStats, JobStats, TapeAlerts. Rows of Device are created
/// with their first sample.
class StatisticsTables {
 public:
  explicit StatisticsTables(QueryCatalog& queries) : queries_(queries) {}

  void add(const DeviceSample& sample);
  void add(const JobSample& sample);
  void add(const TapeAlertSample& sample);

 private:
  std::int64_t device(const std::string& name, StorageId storage);

  QueryCatalog& queries_;
};

}  // namespace holdfast::catalog
