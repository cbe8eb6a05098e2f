// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "catalog/sql_session.h"

namespace holdfast::catalog {

/// The statuses of jobs whose files nobody sees yet, as an SQL list: all but the final ones.
inline constexpr std::string_view unfinished_statuses =
    "('C','R','B','F','S','M','m','s','j','c','d','t','p','q','a','i','l','L')";

class SqlJobs final : public JobCatalog {
 public:
  explicit SqlJobs(SqlSession& session) : session_(session) {}

  JobId create(const JobRow& row) override;
  void start(const JobRow& row) override;
  void checkpoint(JobId job, std::uint32_t files, std::uint64_t bytes) override;
  void finish(const JobRow& row) override;
  std::optional<JobRow> find(JobId job) override;
  std::optional<JobRow> find(std::string_view unique_name) override;
  std::vector<JobRow> list(const JobFilter& filter) override;
  std::vector<JobRow> fail_interrupted(Moment now) override;
  void note_whole(JobId job) override;
  bool is_whole(JobId job) override;

 private:
  /// Writes the row of a job that a crash interrupted.
  void fail(JobRow& row, Moment now);

  SqlSession& session_;
};

}  // namespace holdfast::catalog
