// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <set>
#include <span>

#include "catalog/rows.h"

namespace holdfast::catalog {

/// What jobs that copy, migrate and consolidate do to the catalog (interop 08, sections 17 and 18). Each change is
/// one transaction: whoever looks, and whatever crashes, sees a job either as the backup or as its copy, never as
/// two backups or as none.
class CopyCatalog {
 public:
  virtual ~CopyCatalog() = default;
  /// Jobs of which there is a good copy (type B or C, status T or W, with that PriorJobId).
  virtual std::set<JobId> copied_jobs() = 0;
  /// Finishes the row as JobCatalog::finish() does, makes it a copy (type C), and gives it the Log rows of `source`
  /// too.
  virtual void finish_copy(const JobRow& copy, JobId source) = 0;
  /// Finishes the row, makes `source` a migrated job (type M), and moves its Log rows.
  virtual void finish_migration(const JobRow& result, JobId source) = 0;
  /// Copies of `source`, which is to be purged, count as copies of `result` from then on.
  virtual void hand_over_copies(JobId source, JobId result) = 0;
  /// What `from` says of deleted files (FileIndex 0) is said by `to` too, except of files that `to` has.
  virtual void copy_deleted_files(std::span<const JobId> from, JobId to) = 0;
};

}  // namespace holdfast::catalog
