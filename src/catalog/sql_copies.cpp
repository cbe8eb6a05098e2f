// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/sql_copies.h"

#include "catalog/sql_jobs.h"

namespace holdfast::catalog {
std::set<JobId> SqlCopies::copied_jobs() {
  std::set<JobId> jobs;
  session_.each(
      "SELECT PriorJobId FROM Job WHERE PriorJobId <> 0 AND Type IN ('B', 'C') AND JobStatus IN ('T', 'W')",
      {}, [&](const ResultRow& row) {
        jobs.insert(JobId(static_cast<std::uint32_t>(row.number(0))));
        return true;
      });
  return jobs;
}

void SqlCopies::finish_copy(const JobRow& copy, JobId source) {
  session_.transaction([&] {
    SqlJobs(session_).finish(copy);
    session_.run("UPDATE Job SET Type = 'C' WHERE JobId = ?1", {value_of(copy.id)});
    session_.run(
        "INSERT INTO Log (JobId, Time, LogText) SELECT CAST(?1 AS INTEGER), Time, LogText FROM Log "
        "WHERE JobId = ?2 ORDER BY LogId",
        {value_of(copy.id), value_of(source)});
  });
}

void SqlCopies::finish_migration(const JobRow& result, JobId source) {
  session_.transaction([&] {
    SqlJobs(session_).finish(result);
    session_.run("UPDATE Job SET Type = 'M' WHERE JobId = ?1", {value_of(source)});
    session_.run("UPDATE Log SET JobId = ?1 WHERE JobId = ?2", {value_of(result.id), value_of(source)});
  });
}

void SqlCopies::hand_over_copies(JobId source, JobId result) {
  session_.run("UPDATE Job SET PriorJobId = ?1 WHERE PriorJobId = ?2 AND Type = 'C'",
               {value_of(result), value_of(source)});
}

// One marker a file, however often it was deleted; none where a later job made it anew, because both would be of the
// same time then.
void SqlCopies::copy_deleted_files(std::span<const JobId> from, JobId to) {
  session_.transaction([&] {
    session_.run(
        fmt::format(
            "INSERT INTO File (FileIndex, JobId, PathId, DeltaSeq, MarkId, LStat, MD5, Name) "
            "SELECT 0, CAST(?1 AS INTEGER), d.PathId, 0, 0, MAX(d.LStat), '0', d.Name FROM File d "
            "WHERE d.JobId IN ({}) AND d.FileIndex = 0 AND NOT EXISTS (SELECT 1 FROM File f "
            "WHERE f.JobId = ?1 AND f.PathId = d.PathId AND f.Name = d.Name) GROUP BY d.PathId, d.Name",
            id_list(from)),
        {value_of(to)});
  });
}

}  // namespace holdfast::catalog
