// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/sql_statistics.h"

namespace holdfast::catalog {

std::int64_t SqlStatistics::device(StorageId storage, std::string_view name) {
  const auto found =
      session_.first("SELECT DeviceId FROM Device WHERE Name = ?1 AND StorageId = ?2",
                     {name, value_of(storage)}, [](const ResultRow& row) { return row.number(0); });
  if (found) return *found;
  return session_.insert(
      "INSERT INTO Device (Name, MediaTypeId, StorageId) VALUES (?1, 0, ?2) RETURNING DeviceId",
      {name, value_of(storage)});
}

void SqlStatistics::add(StorageId storage, const Samples& samples) {
  session_.transaction([&] {
    for (const DeviceSample& sample : samples.devices)
      session_.run(
          "INSERT INTO DeviceStats (DeviceId, SampleTime, ReadTime, WriteTime, ReadBytes, WriteBytes, "
          "SpoolSize, NumWaiting, NumWriters, MediaId, VolCatBytes, VolCatFiles, VolCatBlocks) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
          {device(storage, sample.device), MomentValue(sample.time), sample.read_time, sample.write_time,
           value_of(sample.read_bytes), value_of(sample.written_bytes), value_of(sample.spool_bytes),
           value_of(sample.waiting), value_of(sample.writers), value_of(sample.volume),
           value_of(sample.volume_bytes), value_of(sample.volume_files), value_of(sample.volume_blocks)});
    for (const JobSample& sample : samples.jobs)
      session_.run(
          "INSERT INTO JobStats (DeviceId, SampleTime, JobId, JobFiles, JobBytes) VALUES (?1, ?2, ?3, ?4, "
          "?5)",
          {device(storage, sample.device), MomentValue(sample.time), value_of(sample.job),
           value_of(sample.files), value_of(sample.bytes)});
    for (const TapeAlertSample& sample : samples.tapes)
      session_.run("INSERT INTO TapeAlerts (DeviceId, SampleTime, AlertFlags) VALUES (?1, ?2, ?3)",
                   {device(storage, sample.device), MomentValue(sample.time), value_of(sample.alerts)});
  });
}

}  // namespace holdfast::catalog
