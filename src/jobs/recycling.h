// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "catalog/retention_catalog.h"
#include "jobs/holds.h"
#include "jobs/tell.h"

namespace holdfast::jobs {

/// Whether holds bind: nothing the Director does by itself touches a held job; an administrator is warned.
enum class OnBehalfOf { director, administrator };

/// The way of a volume from Full or Used to Purged and Recycle (interop 08, sections 14.2 to 14.4). Knows no clock and
/// no thread: `now` is given. Two that work on one catalog at the same time must not both move volumes into a pool with
/// MaximumVolumes: callers hold one lock.
class Recycling {
 public:
  Recycling(catalog::Catalog& catalog, HoldRules rules, catalog::Moment now, OnBehalfOf whose, Tell tell)
      : catalog_(catalog), rules_(std::move(rules)), now_(now), whose_(whose), tell_(std::move(tell)) {}

  enum class Outcome {
    purged,          ///< no job was left: the volume is Purged
    has_jobs,        ///< jobs that have not expired, or run
    held,            ///< what would have expired is held
    not_prunable,    ///< its status or its being archived forbids it
    empty_unwritten  ///< Full or Used without jobs and never written: nobody knows what it is
  };
  /// Purges the jobs on it that are older than its retention; `row` becomes what is stored then.
  Outcome prune(catalog::VolumeRow& row);

  /// Purges all jobs on it, or only those with these statuses, whatever their age. Tells how many went.
  Outcome purge(catalog::VolumeRow& row, const std::vector<JobStatus>& statuses = {});

  /// Makes it Purged where no job is left, and moves it into its RecyclePool. An unwritten one only when `force`d.
  enum class Unwritten { leave, force };
  bool mark_purged(catalog::VolumeRow& row, Unwritten unwritten);

  /// A Purged volume becomes one that is labelled anew at its next use.
  void recycle(catalog::VolumeRow& row);

  /// The held jobs on a volume; they live as long as this object.
  std::vector<const Hold*> held_on(MediaId volume);

  /// Moves it to another pool, with whatever else changes, unless that pool is full.
  enum class Moved { yes, pool_is_full };
  Moved move(catalog::VolumeRow& row, PoolId pool,
             const std::function<void(catalog::VolumeRow&)>& also = nullptr);

  catalog::Moment now() const { return now_; }

 private:
  const Holds& holds();
  /// Without the held ones where holds bind; otherwise with a warning for each.
  std::vector<JobId> not_held(const std::vector<catalog::ExpiringRow>& jobs);
  void change(catalog::VolumeRow& row, const std::function<void(catalog::VolumeRow&)>& by);
  Outcome after_purge(catalog::VolumeRow& row, bool some_are_held);

  catalog::Catalog& catalog_;
  HoldRules rules_;
  catalog::Moment now_;
  OnBehalfOf whose_;
  Tell tell_;
  std::optional<Holds> holds_;  ///< computed when first needed: it reads all backups
};

/// Sets what a pool gives to its volumes: retention, limits, recycling.
void take_pool_defaults(catalog::VolumeRow& row, const catalog::PoolRow& pool);

}  // namespace holdfast::jobs
