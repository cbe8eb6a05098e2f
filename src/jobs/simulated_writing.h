// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <set>

#include "jobs/counters.h"
#include "jobs/simulated_job.h"
#include "jobs/tell.h"
#include "jobs/volume_choice.h"

namespace holdfast::jobs {

/// Writes jobs of a simulation on volumes: chosen by the rules of the Director, filled as far as their limits say.
class SimulatedWriting {
 public:
  SimulatedWriting(const config::DirectorConfiguration& configuration, catalog::Catalog& catalog,
                   const Clock& clock, Tell tell)
      : configuration_(configuration), catalog_(catalog), clock_(clock), tell_(std::move(tell)) {}

  /// Writes all bytes of its estimate. False where no volume was left; the job has written on some by then, perhaps.
  bool write(FutureJob& job, Moment now);
  /// The volumes written on, by pool and name, as they are now.
  std::vector<SimulatedVolume> volumes();

 private:
  std::uint64_t write_on(VolumeChoice& choice, const catalog::VolumeRow& volume, const FutureJob& job,
                         std::uint64_t bytes, Moment now);

  const config::DirectorConfiguration& configuration_;
  catalog::Catalog& catalog_;
  const Clock& clock_;
  Tell tell_;
  CounterMemory counters_;
  std::set<std::string> used_;
};

}  // namespace holdfast::jobs
