// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/job_codes.h"
#include "catalog/catalog.h"
#include "jobs/label_format.h"

namespace holdfast::jobs {

/// Where a job writes and what it needs to name new volumes.
struct WritePlace {
  PoolId pool;
  std::string media_type;
  StorageId storage;
  bool is_autochanger = false;
  LabelVariables label;  ///< values for the pool's LabelFormat
};

/// Takes a message for the job's log.
using Tell = std::function<void(MessageType, std::string_view)>;

/// What a Storage Daemon tells about a volume it wrote on (interop 03, section 7.7).
struct VolumeReport {
  std::string volume;
  std::uint64_t jobs = 0;
  std::uint64_t files = 0;
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;
  std::uint64_t mounts = 0;
  std::uint64_t errors = 0;
  std::uint64_t writes = 0;
  catalog::Moment ended{};
  catalog::Moment first_written{};
  std::string status;
  std::int32_t slot = 0;
  bool is_relabelled = false;
  bool in_changer = false;
  std::int64_t read_time = 0;
  std::int64_t write_time = 0;
};

enum class VolumeUse { read, write };

/// Why a volume cannot be used; `text` is what the Storage Daemon is told behind the number.
struct VolumeMissing {};
struct VolumeUnusable {
  std::string status;
  std::string reason;  ///< "not in Pool"
};
using VolumeAnswer = std::variant<catalog::VolumeRow, VolumeMissing, VolumeUnusable>;

/// Chooses volumes for one job, and keeps their rows true (interop 08, sections 12, 13 and 15). Volumes are
/// not recycled yet: only appendable and new ones are written on.
///
/// Two jobs that ask at the same time may not both create the last volume a pool may have: the caller holds
/// one lock around find_next().
class VolumeChoice {
 public:
  VolumeChoice(catalog::Catalog& catalog, const Clock& clock, WritePlace place, Tell tell)
      : catalog_(catalog), clock_(clock), place_(std::move(place)), tell_(std::move(tell)) {}

  /// The n-th candidate (from 1), not one of the comma-separated `unwanted`; empty where there is none.
  std::optional<catalog::VolumeRow> find_next(std::uint32_t index, std::string_view unwanted);

  /// The first candidate as things stand now; creates and changes nothing.
  std::optional<catalog::VolumeRow> preview() { return candidate(1, ""); }

  /// Whether this volume may be used so.
  VolumeAnswer check(std::string_view volume, VolumeUse use);

  /// Stores what was reported and returns the row that results; empty where there is no such volume.
  /// `job_start` stands in where the report has no time.
  std::optional<catalog::VolumeRow> update(const VolumeReport& report, catalog::Moment job_start);

 private:
  std::optional<catalog::VolumeRow> candidate(std::uint32_t index, std::string_view unwanted);
  std::optional<catalog::VolumeRow> create_volume();
  std::string free_name(const catalog::PoolRow& pool);
  bool expire(catalog::VolumeRow& row);

  catalog::Catalog& catalog_;
  const Clock& clock_;
  WritePlace place_;
  Tell tell_;
};

}  // namespace holdfast::jobs
