// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <set>
#include <string>

#include "catalog/rows.h"

namespace holdfast::catalog {

/// When schedules start jobs: for each Job, the times of the Run directives of its Schedule as text.
using ScheduledTimes = std::map<std::string, std::set<std::string>>;
/// Since when each of them was there.
using ScheduledSince = std::map<std::string, std::map<std::string, Moment>>;

/// The schedules that the Director had when it was last there: rows of the own table HoldfastSchedule. So runs that were
/// missed while it was away can be told from those of schedules that were not there yet. Errors as those of the other
/// roles (catalog.h).
class ScheduleCatalog {
 public:
  virtual ~ScheduleCatalog() = default;
  /// These are the schedules from now on. Gives back since when: Moment{}, always, for all where none were ever kept.
  virtual ScheduledSince keep(const ScheduledTimes& times, Moment now) = 0;
};

}  // namespace holdfast::catalog
