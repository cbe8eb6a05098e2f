// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "testing/jobs/naive_retention.h"

namespace holdfast::testing_support {

/// Who asks for a volume, as jobs::WritePlace.
struct NaivePlace {
  PoolId pool;
  std::string media_type;
  StorageId storage;
  bool is_autochanger = false;
  bool prunes = false;
  bool purges_oldest = false;
  bool recycles_oldest = false;
  bool recycles_current = false;
  catalog::Moment now{};            ///< of the machine
  catalog::Moment retention_now{};  ///< by which ages are measured
};

/// What that comes to.
struct NaiveChoice {
  std::string volume;                       ///< empty: none
  std::set<JobId> removed;                  ///< the jobs that are pruned on the way
  std::vector<catalog::VolumeRow> volumes;  ///< as they are then
};

/// Candidate 1 that is not `unwanted` (a name, may be empty): interop 08, section 13.1, step by step on plain lists, with
/// what holds add (docs/adr/0310).
NaiveChoice choose_naively(const NaiveCatalog& catalog, const NaivePlace& place, const std::string& unwanted);

/// A volume that was named (section 13.3); `volume` is empty where it is refused.
NaiveChoice check_naively(const NaiveCatalog& catalog, const NaivePlace& place, const std::string& name);

}  // namespace holdfast::testing_support
