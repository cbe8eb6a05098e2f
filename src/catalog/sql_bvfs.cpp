// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/sql_bvfs.h"

namespace holdfast::catalog {
namespace {

constexpr std::int64_t directories_at_a_time = 5'000;

/// Interop 07, section 7: "/srv/a/" -> "/srv/", "/" -> "", "c:/" -> "", "@bpipe@/" -> "".
std::string_view parent_of(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash + 1);
}

}  // namespace

std::vector<JobId> SqlBvfs::jobs_without() {
  std::vector<JobId> jobs;
  session_.each(
      "SELECT JobId FROM Job WHERE HasCache = 0 AND Type IN ('B', 'A', 'a') AND JobStatus IN ('T', 'W', 'f', "
      "'A') "
      "ORDER BY JobId",
      {}, [&](const ResultRow& row) {
        jobs.emplace_back(static_cast<std::uint32_t>(row.number(0)));
        return true;
      });
  return jobs;
}

bool SqlBvfs::claim(JobId job) {
  bool is_claimed = false;
  session_.transaction([&] {
    is_claimed =
        session_.insert("UPDATE Job SET HasCache = -1 WHERE JobId = ?1 AND HasCache = 0 RETURNING JobId",
                        {value_of(job)}) != 0;
  });
  return is_claimed;
}

BvfsCatalog::Cached SqlBvfs::build(JobId job) {
  if (!claim(job)) {
    const auto cached = session_.first("SELECT HasCache FROM Job WHERE JobId = ?1", {value_of(job)},
                                       [](const ResultRow& row) { return row.number(0); });
    return cached == 1 ? Cached::was_there : Cached::being_built;
  }
  session_.run(
      "INSERT INTO PathVisibility (PathId, JobId) SELECT PathId, ?1 FROM (SELECT PathId FROM File WHERE "
      "JobId = ?1 "
      "UNION SELECT F.PathId FROM BaseFiles B JOIN File F ON F.FileId = B.FileId WHERE B.JobId = ?1) AS Own "
      "WHERE 1 = 1 ON CONFLICT DO NOTHING",
      {value_of(job)});
  add_parents(job);
  show_parents(job);
  session_.run("UPDATE Job SET HasCache = 1 WHERE JobId = ?1", {value_of(job)});
  return Cached::built;
}

SqlBvfs::Directories SqlBvfs::without_parent(JobId job, std::int64_t behind) {
  Directories found;
  session_.each(
      "SELECT P.PathId, P.Path FROM PathVisibility V JOIN Path P ON P.PathId = V.PathId WHERE V.JobId = ?1 "
      "AND "
      "V.PathId > ?2 AND P.Path <> '' AND NOT EXISTS (SELECT 1 FROM PathHierarchy H WHERE H.PathId = "
      "V.PathId) "
      "ORDER BY V.PathId LIMIT ?3",
      {value_of(job), behind, directories_at_a_time}, [&](const ResultRow& row) {
        found.emplace_back(row.number(0), row.text(1));
        return true;
      });
  return found;
}

void SqlBvfs::add_parents(JobId job) {
  std::set<std::string> done;
  for (std::int64_t behind = 0;;) {
    const Directories directories = without_parent(job, behind);
    if (directories.empty()) return;
    std::set<std::string_view> above;
    for (const auto& [id, path] : directories)
      for (auto parent = parent_of(path); above.insert(parent).second && !parent.empty();)
        parent = parent_of(parent);
    path_ids_.prepare(above);
    session_.transaction([&] {
      // Once more: another builder may have been faster.
      add_rows(without_parent(job, behind));
      for (const std::string_view path : above)
        if (!path.empty() && !done.contains(std::string(path)))
          session_.run(
              "INSERT INTO PathHierarchy (PathId, PPathId) VALUES (?1, ?2) ON CONFLICT (PathId) DO NOTHING",
              {value_of(path_ids_.at(path)), value_of(path_ids_.at(parent_of(path)))});
    });
    for (const std::string_view path : above) done.emplace(path);
    behind = directories.back().first;
  }
}

void SqlBvfs::add_rows(const Directories& directories) {
  const auto rows = session_.connection().bulk_insert("PathHierarchy", "PathId, PPathId");
  for (const auto& [id, path] : directories) {
    const SqlValue row[] = {id, value_of(path_ids_.at(parent_of(path)))};
    rows->add(row);
  }
  rows->finish();
}

void SqlBvfs::show_parents(JobId job) {
  session_.run(
      "INSERT INTO PathVisibility (PathId, JobId) WITH RECURSIVE Above (PathId) AS (SELECT H.PPathId FROM "
      "PathVisibility V JOIN PathHierarchy H ON H.PathId = V.PathId WHERE V.JobId = ?1 UNION SELECT "
      "H.PPathId FROM "
      "Above A JOIN PathHierarchy H ON H.PathId = A.PathId) SELECT A.PathId, J.JobId FROM Above A JOIN Job J "
      "ON "
      "J.JobId = ?1 WHERE NOT EXISTS (SELECT 1 FROM PathVisibility W WHERE W.JobId = ?1 AND W.PathId = "
      "A.PathId)",
      {value_of(job)});
}

void SqlBvfs::drop_orphans() {
  session_.run("DELETE FROM PathVisibility WHERE JobId NOT IN (SELECT JobId FROM Job)", {});
}

void SqlBvfs::clear() {
  session_.transaction([&] {
    session_.run("UPDATE Job SET HasCache = 0 WHERE HasCache <> 0", {});
    session_.run("DELETE FROM PathHierarchy", {});
    session_.run("DELETE FROM PathVisibility", {});
  });
}

}  // namespace holdfast::catalog
