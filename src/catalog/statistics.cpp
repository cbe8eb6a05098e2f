// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/statistics.h"

#include <array>

namespace holdfast::catalog {
namespace {

std::int64_t signed_of(std::uint64_t value) { return static_cast<std::int64_t>(value); }

}  // namespace

std::int64_t StatisticsTables::device(const std::string& name, StorageId storage) {
  const std::array<SqlValue, 2> key{std::string_view(name), std::int64_t{storage.value}};
  std::int64_t id = 0;
  const auto take = [&](const ResultRow& row) {
    id = row.number(0);
    return true;
  };
  queries_.query("SELECT DeviceId FROM Device WHERE Name = ?1 AND StorageId = ?2", key, take);
  if (id == 0)
    queries_.query("INSERT INTO Device (Name, MediaTypeId, StorageId) VALUES (?1, 0, ?2) RETURNING DeviceId",
                   key, take);
  return id;
}

void StatisticsTables::add(const DeviceSample& sample) {
  const std::string time = to_text(sample.time);
  const std::array<SqlValue, 13> values{device(sample.device, sample.storage),
                                        std::string_view(time),
                                        sample.read_time,
                                        sample.write_time,
                                        signed_of(sample.read_bytes),
                                        signed_of(sample.written_bytes),
                                        signed_of(sample.spool_bytes),
                                        std::int64_t{sample.waiting},
                                        std::int64_t{sample.writers},
                                        signed_of(sample.volume.value),
                                        signed_of(sample.volume_bytes),
                                        signed_of(sample.volume_files),
                                        signed_of(sample.volume_blocks)};
  queries_.query(
      "INSERT INTO DeviceStats (DeviceId, SampleTime, ReadTime, WriteTime, ReadBytes, WriteBytes, SpoolSize, "
      "NumWaiting, "
      "NumWriters, MediaId, VolCatBytes, VolCatFiles, VolCatBlocks) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
      "?9, ?10, ?11, "
      "?12, ?13)",
      values, [](const ResultRow&) { return true; });
}

void StatisticsTables::add(const JobSample& sample) {
  const std::string time = to_text(sample.time);
  const std::array<SqlValue, 5> values{device(sample.device, sample.storage), std::string_view(time),
                                       std::int64_t{sample.job.value}, signed_of(sample.files),
                                       signed_of(sample.bytes)};
  queries_.query(
      "INSERT INTO JobStats (DeviceId, SampleTime, JobId, JobFiles, JobBytes) VALUES (?1, ?2, ?3, ?4, ?5)",
      values, [](const ResultRow&) { return true; });
}

void StatisticsTables::add(const TapeAlertSample& sample) {
  const std::string time = to_text(sample.time);
  const std::array<SqlValue, 3> values{device(sample.device, sample.storage), std::string_view(time),
                                       signed_of(sample.alerts)};
  queries_.query("INSERT INTO TapeAlerts (DeviceId, SampleTime, AlertFlags) VALUES (?1, ?2, ?3)", values,
                 [](const ResultRow&) { return true; });
}

}  // namespace holdfast::catalog
