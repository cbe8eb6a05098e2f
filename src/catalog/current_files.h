// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "catalog/sql_session.h"

namespace holdfast::catalog {

/// Reads the current version of every file of some jobs (interop 07, section 4.4).
///
/// The files of every job come from the index in the order of directory and name, the database merges these streams,
/// and of each file the versions follow each other, so that neither side ever holds more than a few rows. Base files,
/// which jobs took over from others, are one more stream.
class CurrentFiles {
 public:
  CurrentFiles(SqlSession& session, std::span<const JobId> jobs);

  /// Restricts what is read to directories: a condition on PathId with places ?1… for `values`, which must live as
  /// long as this.
  void restrict(std::string condition, std::span<const SqlValue> values);

  /// By PathId, then by name. The row's `path` is not filled. False from `visit` ends it.
  void each(const std::function<bool(const FileRow&)>& visit);
  std::uint64_t count();

 private:
  enum class Columns { all, for_counting };
  /// Of a version that may be the current one.
  struct Candidate {
    std::int64_t job_tdate = 0;
    FileRow row;
    std::string name, stat, digest;

    void take(const ResultRow& from, std::int64_t tdate, Columns columns);
    bool is_newer_than(const Candidate& other) const;
  };

  /// Whether each job is a stream of its own.
  bool is_merged() const;
  std::string term(std::string_view from, std::string_view alias, Columns columns) const;
  std::string sql(Columns columns) const;
  void each(Columns columns, const std::function<bool(const FileRow&)>& visit);

  SqlSession& session_;
  std::vector<JobId> jobs_;  ///< those whose files can be seen
  bool has_base_ = false;
  std::unordered_map<JobId, std::int64_t> job_tdate_;  ///< of jobs_ and of their base jobs
  std::string condition_;
  std::span<const SqlValue> values_;
};

}  // namespace holdfast::catalog
