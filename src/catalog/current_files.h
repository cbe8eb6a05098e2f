// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "catalog/merged_rows.h"
#include "catalog/sql_session.h"

namespace holdfast::catalog {

/// Reads the current version of every file of some jobs (interop 07, section 4.4).
///
/// The files of every job come from the index in the order of directory and name, these streams are merged, here or in the
/// database, and of each file the versions follow each other, so that neither side ever holds more than a few rows. Base
/// files, which jobs took over from others, are one more stream.
class CurrentFiles {
 public:
  /// What a row gets, besides id, job, path_id, file_index and name. No row gets its path.
  enum class Columns { least, with_stat, all };
  /// Some directories: PathIds from one to before another.
  struct Slice {
    std::optional<std::int64_t> from{};
    std::optional<std::int64_t> to{};
  };
  using Visit = std::function<bool(const FileRow&)>;

  CurrentFiles(SqlSession& session, std::span<const JobId> jobs);

  /// By PathId, then by name, through `reader`, which may be that of the session where that reads side by side. False from
  /// `visit` ends it, and is returned. Several threads may do so, each with a reader of its own.
  bool each(SqlConnection& reader, Columns columns, const Slice& slice, const Visit& visit) const;
  /// Those of few directories, through the session: a condition on F.PathId with places ?1… for `values`.
  void each_of(std::string_view condition, std::span<const SqlValue> values, SqlConnection::Rows rows,
               const Visit& visit) const;

  /// So many slices that together hold everything, of about the same size where the jobs' directories are spread evenly.
  std::vector<Slice> slices(std::int64_t count) const;

 private:
  class Newest;

  std::string columns_of(Columns columns) const;
  /// The base files, as one more SELECT; empty where there are none.
  std::string base_term(Columns columns, std::string_view condition) const;
  /// What is to be merged.
  std::vector<std::string> statements(const SqlConnection& reader, Columns columns,
                                      std::string_view condition) const;

  SqlSession& session_;
  std::vector<JobId> jobs_;  ///< those whose files can be seen
  bool has_base_ = false;
  std::unordered_map<JobId, std::int64_t> job_tdate_;  ///< of jobs_ and of their base jobs
};

}  // namespace holdfast::catalog
