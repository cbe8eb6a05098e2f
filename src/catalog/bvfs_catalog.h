// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <vector>

#include "catalog/rows.h"

namespace holdfast::catalog {

/// The cache of directories that the peer's tools walk through (PathHierarchy and PathVisibility; interop 07, section
/// 7). Restores use it where it is there, and do without where it is not.
class BvfsCatalog {
 public:
  enum class Cached {
    built,        ///< by this call
    was_there,    ///< nothing to do
    being_built,  ///< by somebody else, or by one that died meanwhile: clear() helps then
  };

  virtual ~BvfsCatalog() = default;
  /// The finished backups without cache, ascending.
  virtual std::vector<JobId> jobs_without() = 0;
  virtual Cached build(JobId job) = 0;
  /// Forgets rows of jobs that are gone; after a run over all jobs.
  virtual void drop_orphans() = 0;
  /// Everything.
  virtual void clear() = 0;
};

}  // namespace holdfast::catalog
