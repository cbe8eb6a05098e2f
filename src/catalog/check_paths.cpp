// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include "catalog/check.h"

namespace holdfast::catalog {
namespace {

std::uint64_t count_of(SqlSession& session, std::string_view from) {
  return session
      .first(fmt::format("SELECT COUNT(*) FROM {}", from), {},
             [](const ResultRow& row) { return static_cast<std::uint64_t>(row.number(0)); })
      .value_or(0);
}

void list_paths(SqlSession& session, std::string_view from, const Check::Visitor& visit) {
  session.each_of_many(
      fmt::format("SELECT 'PathId=' || PathId || ' Path=' || Path FROM {} ORDER BY PathId", from), {},
      [&](const ResultRow& row) {
        visit(row.text(0));
        return true;
      });
}

/// Directories that another row stands for, in the temporary table merged_path (Old, Kept). What refers to them is made
/// to refer to the other row in one pass over the files, which have no index by directory.
class MergedPaths {
 public:
  /// Inside of a transaction, as apply().
  explicit MergedPaths(SqlSession& session) : session_(session) {
    session_.connection().execute(
        "DROP TABLE IF EXISTS merged_path; "
        "CREATE TEMP TABLE merged_path (Old INTEGER PRIMARY KEY, Kept INTEGER NOT NULL)");
  }

  void add(std::int64_t old, std::int64_t kept) {
    session_.run("INSERT INTO merged_path (Old, Kept) VALUES (?1, ?2)", {old, kept});
  }
  void add_all(std::string_view select) {
    session_.run(fmt::format("INSERT INTO merged_path (Old, Kept) {}", select), {});
  }

  void apply() {
    session_.run(
        "UPDATE File SET PathId = (SELECT Kept FROM merged_path WHERE Old = File.PathId) WHERE PathId IN "
        "(SELECT "
        "Old FROM merged_path)",
        {});
    forget_cached();
    session_.run("DELETE FROM Path WHERE PathId IN (SELECT Old FROM merged_path)", {});
  }

 private:
  /// The cache of directories is made anew for jobs that were in it with such a directory.
  void forget_cached() {
    const std::string jobs =
        "(SELECT JobId FROM PathVisibility WHERE PathId IN (SELECT Old FROM merged_path))";
    session_.run("UPDATE Job SET HasCache = 0 WHERE JobId IN " + jobs, {});
    session_.run("DELETE FROM PathVisibility WHERE JobId IN " + jobs, {});
    session_.run("DELETE FROM PathHierarchy WHERE PathId IN (SELECT Old FROM merged_path)", {});
    session_.run(
        "UPDATE PathHierarchy SET PPathId = (SELECT Kept FROM merged_path WHERE Old = PathHierarchy.PPathId) "
        "WHERE PPathId IN (SELECT Old FROM merged_path)",
        {});
  }

  SqlSession& session_;
};

/// Directories that do not end in a slash.
class BadPaths final : public Check {
 public:
  explicit BadPaths(SqlSession& session) : session_(session) {}

  std::uint64_t count() override { return count_of(session_, bad); }
  void list(const Visitor& visit) override { list_paths(session_, bad, visit); }

  void repair() override {
    session_.transaction([&] {
      require_no_running_job(session_, "Path records");
      MergedPaths merged(session_);
      std::int64_t last = -1;
      for (auto rows = next_rows(last); !rows.empty(); rows = next_rows(last)) {
        for (const auto& [id, path] : rows) end_in_slash(merged, id, path + "/");
        last = rows.back().first;
      }
      merged.apply();
    });
  }

 private:
  using Row = std::pair<std::int64_t, std::string>;
  static constexpr std::string_view bad = "Path WHERE Path <> '' AND Path NOT LIKE '%/'";

  std::vector<Row> next_rows(std::int64_t last) {
    std::vector<Row> rows;
    session_.each(fmt::format("SELECT PathId, Path FROM {} AND PathId > ?1 ORDER BY PathId LIMIT 1000", bad),
                  {last}, [&](const ResultRow& row) {
                    rows.emplace_back(row.number(0), row.text(1));
                    return true;
                  });
    return rows;
  }

  void end_in_slash(MergedPaths& merged, std::int64_t id, const std::string& path) {
    const auto other =
        session_.first("SELECT MIN(PathId) FROM Path WHERE Path = ?1", {value_of(path)},
                       [](const ResultRow& row) { return row.is_null(0) ? 0 : row.number(0); });
    if (other && *other != 0) return merged.add(id, *other);
    session_.run("UPDATE Path SET Path = ?2 WHERE PathId = ?1", {id, value_of(path)});
  }

  SqlSession& session_;
};

/// Rows of the same directory, of which the first stays.
class DuplicatePaths final : public Check {
 public:
  explicit DuplicatePaths(SqlSession& session) : session_(session) {}

  std::uint64_t count() override { return count_of(session_, superfluous()); }
  void list(const Visitor& visit) override { list_paths(session_, superfluous(), visit); }

  void repair() override {
    session_.transaction([&] {
      require_no_running_job(session_, "Path records");
      MergedPaths merged(session_);
      merged.add_all(fmt::format(
          "SELECT p.PathId, d.Kept FROM Path p JOIN {} d ON d.Path = p.Path WHERE p.PathId <> d.Kept",
          twice));
      merged.apply();
    });
  }

 private:
  static constexpr std::string_view twice =
      "(SELECT Path, MIN(PathId) AS Kept FROM Path GROUP BY Path HAVING COUNT(*) > 1)";

  static std::string superfluous() {
    return fmt::format(
        "(SELECT p.PathId, p.Path FROM Path p JOIN {} d ON d.Path = p.Path WHERE p.PathId <> d.Kept) AS "
        "superfluous",
        twice);
  }

  SqlSession& session_;
};

/// Directories that no file lies in, nor any directory that is not one of them. Which those are is worked out in temporary
/// tables: used_path has the directories of files, orphaned_path what is found level by level, from the bottom.
class OrphanedPaths final : public Check {
 public:
  explicit OrphanedPaths(SqlSession& session) : session_(session) {}

  std::uint64_t count() override {
    gather();
    return count_of(session_, "orphaned_path");
  }

  void list(const Visitor& visit) override {
    list_paths(session_, "Path WHERE PathId IN (SELECT PathId FROM orphaned_path)", visit);
  }

  // Gathered anew in the transaction that removes them: until it ends no job can begin to use one.
  void repair() override {
    session_.transaction([&] {
      require_no_running_job(session_, "Path records");
      gather();
      for (const char* table : {"PathVisibility", "PathHierarchy", "Path"})
        session_.run(fmt::format("DELETE FROM {} WHERE PathId IN (SELECT PathId FROM orphaned_path)", table),
                     {});
    });
  }

 private:
  void gather() {
    session_.connection().execute(
        "DROP TABLE IF EXISTS used_path; DROP TABLE IF EXISTS orphaned_path; "
        "CREATE TEMP TABLE used_path (PathId INTEGER PRIMARY KEY); "
        "CREATE TEMP TABLE orphaned_path (PathId INTEGER PRIMARY KEY, Level INTEGER NOT NULL)");
    session_.run("INSERT INTO used_path SELECT DISTINCT PathId FROM File", {});
    session_.run(
        "INSERT INTO orphaned_path SELECT PathId, 0 FROM Path WHERE NOT EXISTS (SELECT 1 FROM used_path "
        "WHERE "
        "used_path.PathId = Path.PathId) AND NOT EXISTS (SELECT 1 FROM PathHierarchy h WHERE h.PPathId = "
        "Path.PathId AND h.PathId <> h.PPathId)",
        {});
    for (std::int64_t level = 0; has(level); ++level) add_parents(level);
  }

  bool has(std::int64_t level) {
    return session_
        .first("SELECT 1 FROM orphaned_path WHERE Level = ?1 LIMIT 1", {level},
               [](const ResultRow&) { return true; })
        .has_value();
  }

  /// Those above the orphans of a level below which there is nothing else.
  void add_parents(std::int64_t level) {
    session_.run(
        "INSERT INTO orphaned_path SELECT Path.PathId, ?2 FROM Path WHERE PathId IN (SELECT h.PPathId FROM "
        "PathHierarchy h JOIN orphaned_path o ON o.PathId = h.PathId WHERE o.Level = ?1) AND NOT EXISTS "
        "(SELECT 1 "
        "FROM used_path WHERE used_path.PathId = Path.PathId) AND NOT EXISTS (SELECT 1 FROM orphaned_path "
        "known "
        "WHERE known.PathId = Path.PathId) AND NOT EXISTS (SELECT 1 FROM PathHierarchy h WHERE h.PPathId = "
        "Path.PathId AND h.PathId <> h.PPathId AND NOT EXISTS (SELECT 1 FROM orphaned_path o WHERE o.PathId "
        "= "
        "h.PathId))",
        {level, level + 1});
  }

  SqlSession& session_;
};

}  // namespace

std::unique_ptr<Check> bad_paths(SqlSession& session) { return std::make_unique<BadPaths>(session); }

std::unique_ptr<Check> duplicate_paths(SqlSession& session) {
  return std::make_unique<DuplicatePaths>(session);
}

std::unique_ptr<Check> orphaned_paths(SqlSession& session) {
  return std::make_unique<OrphanedPaths>(session);
}

}  // namespace holdfast::catalog
