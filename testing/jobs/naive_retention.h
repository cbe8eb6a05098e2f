// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <set>
#include <string>
#include <vector>

#include "catalog/retention_catalog.h"

namespace holdfast::testing_support {

/// A catalog as plain lists, and what should happen to it worked out the long way: by looking at every job for every
/// question. What the engines of src/jobs do is compared with it.
struct NaiveCatalog {
  struct Job {
    catalog::JobRow row;
    std::string fileset;
    std::set<MediaId> volumes;
    bool is_readable = true;
  };
  std::vector<Job> jobs;
  std::vector<catalog::VolumeRow> volumes;

  static NaiveCatalog of(catalog::Catalog& catalog);

  const Job* find(JobId job) const;
  /// What the newest restorable chain of each client and FileSet needs, in either order of newness.
  std::set<JobId> held() const;
  /// Jobs of this client and pool that pruning of jobs takes away.
  std::set<JobId> prunable(ClientId client, PoolId pool, std::int64_t older_than) const;
};

/// What choosing a volume comes to.
struct NaiveChoice {
  std::string volume;       ///< empty: none
  std::set<JobId> removed;  ///< the jobs that are pruned on the way
};

/// Candidate 1 for this pool, without an autochanger, scratch pools, label formats and oldest volumes.
NaiveChoice choose_naively(const NaiveCatalog& catalog, PoolId pool, catalog::Moment now);

}  // namespace holdfast::testing_support
