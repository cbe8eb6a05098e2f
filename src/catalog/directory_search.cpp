// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/directory_search.h"

#include <limits>

namespace holdfast::catalog {
namespace {

// After a hit the search jumps: the first looks are short, those through directories of others long.
constexpr std::int64_t rows_of_first_look = 4;
constexpr std::int64_t rows_of_longest_look = 5'000;

constexpr std::string_view paths_from =
    "SELECT PathId, Path FROM Path WHERE Path >= ?1 ORDER BY Path LIMIT ?2";
constexpr std::string_view paths_between =
    "SELECT PathId, Path FROM Path WHERE Path >= ?1 AND Path < ?3 ORDER BY Path LIMIT ?2";

}  // namespace

DirectorySearch::DirectorySearch(SqlSession& session, std::span<const JobId> jobs)
    : session_(session), jobs_(jobs.begin(), jobs.end()) {
  const std::string ids = id_list(jobs_);
  probe_ = fmt::format(
      "SELECT 1 WHERE EXISTS (SELECT 1 FROM File WHERE JobId IN ({}) AND PathId = ?1 AND FileIndex > 0)",
      ids);
  std::vector<JobId> bases;
  session_.each(fmt::format("SELECT DISTINCT BaseJobId FROM BaseFiles WHERE JobId IN ({})", ids), {},
                [&](const ResultRow& row) {
                  bases.emplace_back(static_cast<std::uint32_t>(row.number(0)));
                  return true;
                });
  if (bases.empty()) return;
  probe_ += fmt::format(
      " OR EXISTS (SELECT 1 FROM File WHERE JobId IN ({}) AND PathId = ?1 AND FileId IN (SELECT FileId FROM "
      "BaseFiles WHERE JobId IN ({})))",
      id_list(bases), ids);
  jobs_.insert(jobs_.end(), bases.begin(), bases.end());
}

std::optional<std::string> DirectorySearch::first(std::string_view from, std::string_view end) {
  std::string at(from);
  std::vector<std::pair<std::int64_t, std::string>> rows;
  for (std::int64_t count = rows_of_first_look;; count = std::min(4 * count, rows_of_longest_look)) {
    rows.clear();
    const SqlValue values[] = {value_of(at), value_of(count), value_of(end)};
    session_.each(end.empty() ? paths_from : paths_between, std::span(values, end.empty() ? 2 : 3),
                  [&](const ResultRow& row) {
                    rows.emplace_back(row.number(0), row.text(1));
                    return true;
                  });
    for (auto& [id, path] : rows)
      if (!is_in_gap(id) && has_files(id)) return std::move(path);
    if (static_cast<std::int64_t>(rows.size()) < count) return std::nullopt;
    at = rows.back().second + '\x01';  // Neither database orders a byte 0.
  }
}

bool DirectorySearch::has_files(std::int64_t path_id) {
  if (session_.first(probe_, {path_id}, [](const ResultRow&) { return true; })) return true;
  note_gap(path_id);
  return false;
}

void DirectorySearch::note_gap(std::int64_t path_id) {
  std::int64_t end = std::numeric_limits<std::int64_t>::max();
  for (const JobId job : jobs_) {
    const auto next = session_.first(
        "SELECT PathId FROM File WHERE JobId = ?1 AND PathId >= ?2 ORDER BY JobId, PathId LIMIT 1",
        {value_of(job), path_id}, [](const ResultRow& row) { return row.number(0); });
    end = std::min(end, next.value_or(end));
    if (end == path_id) return;  // There are but marks of deleted files, or files that were not taken over.
  }
  gaps_[path_id] = end;
}

bool DirectorySearch::is_in_gap(std::int64_t path_id) const {
  const auto next = gaps_.upper_bound(path_id);
  return next != gaps_.begin() && path_id < std::prev(next)->second;
}

}  // namespace holdfast::catalog
