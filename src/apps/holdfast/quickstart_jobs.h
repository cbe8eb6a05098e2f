// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

#include "apps/holdfast/quickstart_home.h"
#include "console/job_control.h"

namespace holdfast::apps {

/// Runs jobs of the quickstart configuration through the Director's console, with a line of progress on standard
/// output. The daemons must run.
class QuickstartJobs {
 public:
  explicit QuickstartJobs(const QuickstartHome& home);

  /// Runs the job `backup`; level is Full or Incremental. Returns its record once it ended. The bar needs to know
  /// about how many files there are; 0: no bar.
  console::JobRecord back_up(const std::string& level, std::uint64_t files_expected);
  /// Restores all files of that job to where the job `restore` puts them. The Director does not know how far a
  /// restore is; `files_so_far` looks.
  console::JobRecord restore(JobId backup, const std::function<std::uint64_t()>& files_so_far);

  /// What the job said, for when it went wrong.
  std::string log_of(JobId job);

 private:
  console::JobRecord run(const std::string& command, std::uint64_t files_expected,
                         const std::function<std::uint64_t()>& files_so_far);

  console::ApiSession session_;
};

}  // namespace holdfast::apps
