// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include "catalog/check.h"
#include "catalog/sql_jobs.h"
#include "catalog/sql_retention.h"

namespace holdfast::catalog {
namespace {

constexpr std::size_t jobs_in_a_step = 1'000;

/// What a check of rows below a job needs to know of their table.
struct TableFacts {
  std::string_view name;
  std::string_view described;  ///< the SQL of a line for one row
};

constexpr TableFacts job_media_facts{
    "JobMedia", "'JobMediaId=' || JobMediaId || ' JobId=' || JobId || ' MediaId=' || MediaId"};
constexpr TableFacts file_facts{
    "File", "'FileId=' || FileId || ' JobId=' || JobId || ' PathId=' || PathId || ' Name=' || Name"};

class RowsOfMissingJobs final : public Check {
 public:
  RowsOfMissingJobs(SqlSession& session, JobTable table)
      : session_(session), table_(table), facts_(table == JobTable::files ? file_facts : job_media_facts) {}

  std::uint64_t count() override {
    const std::string sql = fmt::format("SELECT COUNT(*) FROM {} WHERE JobId = ?1", facts_.name);
    std::uint64_t found = 0;
    each_missing_job([&](JobId job) {
      found += session_
                   .first(sql, {value_of(job)},
                          [](const ResultRow& row) { return static_cast<std::uint64_t>(row.number(0)); })
                   .value_or(0);
    });
    return found;
  }

  void list(const Visitor& visit) override {
    const std::string sql = fmt::format("SELECT {} FROM {} WHERE JobId = ?1", facts_.described, facts_.name);
    each_missing_job([&](JobId job) {
      const SqlValue id = value_of(job);
      session_.each_of_many(sql, {&id, 1}, [&](const ResultRow& row) {
        visit(row.text(0));
        return true;
      });
    });
  }

  void repair() override {
    SqlVolumes volumes(session_);
    SqlRetention retention(session_, volumes);
    each_missing_job([&](JobId job) {
      if (table_ == JobTable::files)
        retention.purge_files({&job, 1});
      else
        session_.transaction([&] { session_.run("DELETE FROM JobMedia WHERE JobId = ?1", {value_of(job)}); });
    });
  }

 private:
  // From one JobId to the next by the index: a table of millions of rows is never read as a whole. The job is looked for
  // after its rows were seen, and is made before them, so that one that starts meanwhile is found.
  template <typename Act>
  void each_missing_job(Act&& act) {
    const std::string next = fmt::format("SELECT MIN(JobId) FROM {} WHERE JobId > ?1", facts_.name);
    std::int64_t last = -1;
    while (true) {
      const auto found = session_.first(next, {last}, [](const ResultRow& row) {
        return row.is_null(0) ? std::optional<std::int64_t>() : row.number(0);
      });
      if (!found || !*found) return;
      last = **found;
      const auto is_there =
          session_.first("SELECT 1 FROM Job WHERE JobId = ?1", {last}, [](const ResultRow&) { return true; });
      if (!is_there) act(JobId(static_cast<std::uint32_t>(last)));
    }
  }

  SqlSession& session_;
  JobTable table_;
  const TableFacts& facts_;
};

std::string condition_of(JobsToRemove which) {
  switch (which) {
    case JobsToRemove::of_missing_clients:
      // Jobs of these types are often run without a client.
      return "Type NOT IN ('D', 'c', 'g', 'O', 'U', 'I') AND NOT EXISTS (SELECT 1 FROM Client WHERE "
             "Client.ClientId = Job.ClientId)";
    case JobsToRemove::admin: return "Type = 'D'";
    case JobsToRemove::restore: return "Type = 'R'";
  }
  return "1 = 0";
}

/// Jobs that have ended, with everything that hangs on them.
class RemovableJobs final : public Check {
 public:
  RemovableJobs(SqlSession& session, JobsToRemove which)
      : session_(session),
        from_(fmt::format("FROM Job WHERE JobId > ?1 AND JobStatus NOT IN {} AND {}", unfinished_statuses,
                          condition_of(which))) {}

  std::uint64_t count() override {
    return session_
        .first("SELECT COUNT(*) " + from_, {std::int64_t{0}},
               [](const ResultRow& row) { return static_cast<std::uint64_t>(row.number(0)); })
        .value_or(0);
  }

  void list(const Visitor& visit) override {
    const SqlValue from_the_first = std::int64_t{0};
    session_.each_of_many("SELECT 'JobId=' || JobId || ' Job=' || Job " + from_ + " ORDER BY JobId",
                          {&from_the_first, 1}, [&](const ResultRow& row) {
                            visit(row.text(0));
                            return true;
                          });
  }

  void repair() override {
    SqlVolumes volumes(session_);
    SqlRetention retention(session_, volumes);
    const std::string sql = fmt::format("SELECT JobId {} ORDER BY JobId LIMIT {}", from_, jobs_in_a_step);
    std::vector<JobId> jobs;
    do {
      const auto last = jobs.empty() ? JobId(0) : jobs.back();
      jobs.clear();
      session_.each(sql, {value_of(last)}, [&](const ResultRow& row) {
        jobs.emplace_back(static_cast<std::uint32_t>(row.number(0)));
        return true;
      });
      retention.purge_jobs(jobs);
    } while (!jobs.empty());
  }

 private:
  SqlSession& session_;
  std::string from_;
};

}  // namespace

std::unique_ptr<Check> rows_of_missing_jobs(SqlSession& session, JobTable table) {
  return std::make_unique<RowsOfMissingJobs>(session, table);
}

std::unique_ptr<Check> removable_jobs(SqlSession& session, JobsToRemove which) {
  return std::make_unique<RemovableJobs>(session, which);
}

}  // namespace holdfast::catalog
