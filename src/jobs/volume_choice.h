// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/job_codes.h"
#include "catalog/catalog.h"
#include "jobs/label_format.h"
#include "jobs/recycling.h"

namespace holdfast::jobs {

/// Where a job writes and what it needs to name new volumes.
struct WritePlace {
  PoolId pool;
  std::string media_type;
  StorageId storage;
  bool is_autochanger = false;
  LabelVariables label;  ///< values for the pool's LabelFormat

  bool prunes = false;           ///< the Pool's AutoPrune or the Job's PruneVolumes
  bool purges_oldest = false;    ///< the Pool's directives PurgeOldestVolume, RecycleOldestVolume,
  bool recycles_oldest = false;  ///< RecycleCurrentVolume
  bool recycles_current = false;
  HoldRules holds;
  /// By which ages of jobs on volumes are measured; null: by the clock of VolumeChoice.
  const Clock* retention_clock = nullptr;
};

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

/// Chooses volumes for one job, and keeps their rows true (interop 08, sections 12, 13 and 15). What is held for the
/// newest restorable chains (jobs/holds.h) is never handed out for reuse.
///
/// Two jobs that ask at the same time may not both create the last volume a pool may have, or recycle the same one: the
/// caller holds one lock around find_next() and check().
class VolumeChoice {
 public:
  VolumeChoice(catalog::Catalog& catalog, const Clock& clock, WritePlace place, Tell tell)
      : catalog_(catalog), clock_(clock), place_(std::move(place)), tell_(std::move(tell)) {}

  /// The n-th candidate (from 1), not one of the comma-separated `unwanted`; empty where there is none.
  std::optional<catalog::VolumeRow> find_next(std::uint32_t index, std::string_view unwanted);

  /// The first candidate as things stand now; creates and changes nothing.
  std::optional<catalog::VolumeRow> preview();

  /// Whether this volume may be used so. For writing, one that is Purged is recycled on the spot.
  VolumeAnswer check(std::string_view volume, VolumeUse use);

  /// Stores what was reported and returns the row that results; empty where there is no such volume.
  /// `job_start` stands in where the report has no time.
  std::optional<catalog::VolumeRow> update(const VolumeReport& report, catalog::Moment job_start);

 private:
  enum class Changer { loaded_only, any };
  using Found = std::optional<catalog::VolumeRow>;

  catalog::Moment now() const { return std::chrono::floor<std::chrono::seconds>(clock_.now()); }
  catalog::Moment age_reference() const;
  Recycling recycling();
  catalog::VolumeFilter filter(Changer changer) const;

  /// One round of the search order, and its steps.
  Found search(std::uint32_t index, std::string_view unwanted);
  Found appendable(Changer changer, std::uint32_t index, std::string_view unwanted);
  Found reusable(Changer changer, std::string_view unwanted);
  Found pruned(Changer changer, std::string_view unwanted);
  Found from_scratch(Changer changer, std::string_view unwanted);
  Found oldest(std::string_view unwanted);

  /// Whether one that is Recycle or Purged holds nothing that is needed; and what readies it for its new label then.
  bool may_be_reused(const catalog::VolumeRow& row);
  void make_ready(catalog::VolumeRow& row);
  void store_status(const catalog::VolumeRow& row);
  std::optional<catalog::PoolRow> scratch_pool();
  bool is_current_expired(const catalog::VolumeRow& row) const;
  void explain_holds();

  catalog::Catalog& catalog_;
  const Clock& clock_;
  WritePlace place_;
  Tell tell_;
  std::vector<std::string> held_volumes_;  ///< those that this round could not take
  std::string explained_;                  ///< what explain_holds() said last
};

}  // namespace holdfast::jobs
