// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <vector>

#include "archive/restore.h"
#include "base/job_codes.h"
#include "selection/known_files.h"
#include "testing/archive/record_list.h"

namespace holdfast::archive {

/// A volume and a catalog in one: the jobs of one FileSet, of which the last version of every file counts (interop 07,
/// section 4.4, and 08, section 4).
class SavedJobs {
 public:
  void add(JobLevel level, RecordList records);

  /// What an accurate job of this level would be sent.
  void list_for(JobLevel level, selection::KnownFiles& to) const;
  /// Restores the files as they were after the job of that number, counting from 0.
  RestoreTotals restore(std::size_t job, tree::FileTarget& target, const RestoreOptions& options,
                        Report& report) const;
  /// Names of the current files after the last job.
  std::vector<std::string> names() const;

 private:
  struct Job {
    JobLevel level;
    RecordList records;
  };
  struct Version {
    std::size_t job = 0;
    std::int32_t file_index = 0;
    std::string packed_stat;
    std::string digest;
  };
  using Catalog = std::map<std::string, Version>;

  /// Numbers of the jobs that a restore up to `last` needs.
  std::vector<std::size_t> chain(std::size_t last, JobLevel for_level) const;
  Catalog current(const std::vector<std::size_t>& jobs) const;

  std::vector<Job> jobs_;
};

}  // namespace holdfast::archive
