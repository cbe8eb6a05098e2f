// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast-volume/volume_facts.h"

#include <fmt/core.h>

namespace holdfast::apps {
namespace {

std::uint64_t unsigned_number(const catalog::ResultRow& row, std::size_t column) {
  return static_cast<std::uint64_t>(row.number(column));
}

std::uint32_t small_number(const catalog::ResultRow& row, std::size_t column) {
  return static_cast<std::uint32_t>(row.number(column));
}

}  // namespace

std::vector<volumes::ExpectedRange> VolumeFacts::ranges(MediaId volume) {
  std::vector<volumes::ExpectedRange> found;
  const catalog::SqlValue values[] = {static_cast<std::int64_t>(volume.value)};
  // Blocks are 32 bits wide, whatever the column holds.
  catalog_->queries().query(
      "SELECT J.VolSessionId, J.VolSessionTime, M.FirstIndex, M.LastIndex, M.StartFile, M.StartBlock, "
      "M.EndFile, M.EndBlock "
      "FROM JobMedia M JOIN Job J ON J.JobId = M.JobId WHERE M.MediaId = ?1 ORDER BY M.StartFile, "
      "M.StartBlock",
      values, [&](const catalog::ResultRow& row) {
        found.push_back({.session = {small_number(row, 0), small_number(row, 1)},
                         .range = {.first_index = small_number(row, 2),
                                   .last_index = small_number(row, 3),
                                   .start = (unsigned_number(row, 4) << 32) | unsigned_number(row, 5),
                                   .end = (unsigned_number(row, 6) << 32) | unsigned_number(row, 7)}});
        return true;
      });
  return found;
}

std::optional<JobId> VolumeFacts::job(VolumeSession session) {
  std::optional<JobId> found;
  const catalog::SqlValue values[] = {std::int64_t{session.id}, std::int64_t{session.time}};
  catalog_->queries().query(
      "SELECT JobId FROM Job WHERE VolSessionId = ?1 AND VolSessionTime = ?2 ORDER BY JobId", values,
      [&](const catalog::ResultRow& row) {
        found = JobId(small_number(row, 0));
        return false;
      });
  return found;
}

std::vector<std::pair<std::uint32_t, std::string>> VolumeFacts::names(JobId job, std::uint32_t first,
                                                                      std::uint32_t last, std::size_t limit) {
  std::vector<std::pair<std::uint32_t, std::string>> found;
  const catalog::SqlValue values[] = {std::int64_t{job.value}, std::int64_t{first}, std::int64_t{last},
                                      static_cast<std::int64_t>(limit)};
  catalog_->queries().query(
      "SELECT F.FileIndex, P.Path, F.Name FROM File F JOIN Path P ON P.PathId = F.PathId WHERE F.JobId = ?1 "
      "AND "
      "F.FileIndex >= ?2 AND F.FileIndex <= ?3 ORDER BY F.FileIndex LIMIT ?4",
      values, [&](const catalog::ResultRow& row) {
        found.emplace_back(small_number(row, 0), std::string(row.text(1)) + std::string(row.text(2)));
        return true;
      });
  return found;
}

}  // namespace holdfast::apps
