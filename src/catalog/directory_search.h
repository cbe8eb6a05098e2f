// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// Finding the directories of jobs without a cache of directories. Inside of this folder only.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "catalog/sql_session.h"

namespace holdfast::catalog {

/// Goes through the directories of all clients in the order of their paths and tells which of them hold files of some jobs.
/// Directories that other jobs saved lie in between, by the hundred thousand: they were numbered when they were first saved,
/// so that most are passed over by asking once which numbers the jobs do not have. The jobs must not change meanwhile.
class DirectorySearch {
 public:
  DirectorySearch(SqlSession& session, std::span<const JobId> jobs);

  /// The first directory from `from` on, and before `end` unless that is empty.
  std::optional<std::string> first(std::string_view from, std::string_view end);

 private:
  /// As SQL: whether the jobs have files in a directory.
  std::string condition(std::string_view path_id, const std::vector<JobId>& bases) const;
  std::optional<std::string> first_after(std::string at, std::string_view end);
  bool has_files(std::int64_t path_id);
  /// Finds out how far behind a number of which no job has a row there is none either.
  void note_gap(std::int64_t path_id);
  bool is_in_gap(std::int64_t path_id) const;

  SqlSession& session_;
  KeptPlans plans_;
  std::vector<JobId> jobs_;
  std::string next_[2];  ///< the next directory and whether the jobs have files there; [1]: before an end
  std::string probe_;    ///< whether the jobs have files in a directory
  std::map<std::int64_t, std::int64_t> gaps_;  ///< from the first number to the first that is not in the gap
};

}  // namespace holdfast::catalog
