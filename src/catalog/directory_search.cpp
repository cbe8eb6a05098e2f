// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/directory_search.h"

#include <limits>

namespace holdfast::catalog {
namespace {

// After a hit the search jumps, mostly to the next hit, which takes one question. Looks through directories of others are longer.
constexpr std::int64_t rows_of_second_look = 16;
constexpr std::int64_t rows_of_longest_look = 5'000;

constexpr std::string_view paths_after =
    "SELECT PathId, Path FROM Path WHERE Path > ?1 ORDER BY Path LIMIT ?2";
constexpr std::string_view paths_between =
    "SELECT PathId, Path FROM Path WHERE Path > ?1 AND Path < ?3 ORDER BY Path LIMIT ?2";

}  // namespace

DirectorySearch::DirectorySearch(SqlSession& session, std::span<const JobId> jobs)
    : session_(session), plans_(session.connection()), jobs_(jobs.begin(), jobs.end()) {
  std::vector<JobId> bases;
  session_.each(fmt::format("SELECT DISTINCT BaseJobId FROM BaseFiles WHERE JobId IN ({})", id_list(jobs_)),
                {}, [&](const ResultRow& row) {
                  bases.emplace_back(static_cast<std::uint32_t>(row.number(0)));
                  return true;
                });
  probe_ = fmt::format("SELECT 1 WHERE {}", condition("?1", bases));
  for (const bool is_bounded : {false, true})
    next_[is_bounded] = fmt::format(
        "SELECT PathId, Path, CASE WHEN {} THEN 1 ELSE 0 END FROM (SELECT PathId, Path FROM Path WHERE Path "
        ">= ?1 "
        "{}ORDER BY Path LIMIT 1) AS next_path",
        condition("next_path.PathId", bases), is_bounded ? "AND Path < ?2 " : "");
  jobs_.insert(jobs_.end(), bases.begin(), bases.end());
}

std::string DirectorySearch::condition(std::string_view path_id, const std::vector<JobId>& bases) const {
  const std::string ids = id_list(jobs_);
  std::string condition = fmt::format(
      "EXISTS (SELECT 1 FROM File WHERE JobId IN ({}) AND PathId = {} AND FileIndex > 0)", ids, path_id);
  if (!bases.empty())
    condition += fmt::format(
        " OR EXISTS (SELECT 1 FROM File WHERE JobId IN ({}) AND PathId = {} AND FileId IN (SELECT FileId "
        "FROM "
        "BaseFiles WHERE JobId IN ({})))",
        id_list(bases), path_id, ids);
  return condition;
}

std::optional<std::string> DirectorySearch::first(std::string_view from, std::string_view end) {
  struct Next {
    std::int64_t id;
    std::string path;
    bool is_hit;
  };
  std::optional<Next> next;
  const SqlValue values[] = {value_of(from), value_of(end)};
  session_.each(next_[!end.empty()], std::span(values, end.empty() ? 1 : 2), [&](const ResultRow& row) {
    next = Next{row.number(0), std::string(row.text(1)), row.number(2) != 0};
    return true;
  });
  if (!next) return std::nullopt;
  if (next->is_hit) return std::move(next->path);
  if (!is_in_gap(next->id)) note_gap(next->id);
  return first_after(std::move(next->path), end);
}

std::optional<std::string> DirectorySearch::first_after(std::string at, std::string_view end) {
  std::vector<std::pair<std::int64_t, std::string>> rows;
  for (std::int64_t count = rows_of_second_look;; count = std::min(4 * count, rows_of_longest_look)) {
    const SqlValue values[] = {value_of(at), value_of(count), value_of(end)};
    rows.clear();
    session_.each(end.empty() ? paths_after : paths_between, std::span(values, end.empty() ? 2 : 3),
                  [&](const ResultRow& row) {
                    rows.emplace_back(row.number(0), row.text(1));
                    return true;
                  });
    for (auto& [id, path] : rows)
      if (!is_in_gap(id) && has_files(id)) return std::move(path);
    if (static_cast<std::int64_t>(rows.size()) < count) return std::nullopt;
    at = std::move(rows.back().second);
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
