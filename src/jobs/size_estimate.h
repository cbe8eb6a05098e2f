// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "catalog/catalog.h"

namespace holdfast::jobs {

/// How much a job will probably save, and how long that takes.
struct SizeEstimate {
  bool is_known = false;  ///< there was a good job of that name and level
  std::uint64_t bytes = 0;
  std::uint32_t files = 0;
  std::chrono::seconds duration{};
};

/// What earlier jobs tell about those to come: means over the last ten good ones of the same name and level. A snapshot:
/// jobs that are simulated do not count.
class History {
 public:
  /// Reads all good jobs of the catalog.
  explicit History(catalog::Catalog& catalog);

  SizeEstimate of(const std::string& job, JobLevel level) const;
  /// How long a job of that name takes for so much, by the speed of its last ten; 0 where it never moved anything.
  std::chrono::seconds duration(const std::string& job, std::uint64_t bytes) const;

 private:
  std::map<std::pair<std::string, JobLevel>, SizeEstimate> estimates_;
  std::map<std::string, double> bytes_per_second_;
};

}  // namespace holdfast::jobs
