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
  std::vector<catalog::PoolRow> pools;

  static NaiveCatalog of(catalog::Catalog& catalog);

  const Job* find(JobId job) const;
  /// What the newest restorable chain of each client and FileSet needs, in either order of newness.
  std::set<JobId> held() const;
  /// Jobs of this client and pool that pruning of jobs takes away.
  std::set<JobId> prunable(ClientId client, PoolId pool, std::int64_t older_than) const;
};

}  // namespace holdfast::testing_support
