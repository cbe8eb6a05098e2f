// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/paths.h"

#include "base/text.h"

namespace holdfast::catalog {
namespace {

constexpr std::size_t max_known = 20'000;
constexpr std::size_t rows_of_a_block = 1'000;
/// Places of a statement for many values; what is left over is filled with the last one.
constexpr std::size_t places = 100;

/// Statements with as many places as values, up to `places`, so that few texts need to be prepared.
template <typename Values, typename Use>
void in_groups(const Values& values, Use&& use) {
  std::vector<SqlValue> group;
  for (const auto& value : values) {
    group.push_back(value_of(value));
    if (group.size() < places) continue;
    use(group);
    group.clear();
  }
  if (group.empty()) return;
  while (group.size() < places) group.push_back(SqlValue(group.back()));
  use(group);
}

std::string list_of_places() {
  std::string list = "?1";
  for (std::size_t i = 2; i <= places; ++i) list += fmt::format(",?{}", i);
  return list;
}

}  // namespace

void PathIds::prepare(std::span<const NewFile> files) {
  std::set<std::string_view> paths;
  std::string_view last;
  for (const NewFile& file : files) {
    if (paths.empty() || file.path != last) paths.insert(file.path);
    last = file.path;
  }
  prepare(paths);
}

void PathIds::prepare(const std::set<std::string_view>& paths) {
  // What an ending server had not written down yet is gone.
  const unsigned connection = session_.connection().times_connected();
  if (connection != of_connection_ || known_.size() >= max_known) known_.clear();
  of_connection_ = connection;
  std::set<std::string_view> wanted;
  for (const std::string_view path : paths)
    if (!known_.contains(path)) wanted.insert(path);
  if (wanted.empty()) return;
  look_up(wanted);
  if (wanted.empty()) return;
  insert(wanted);
  look_up(wanted);
}

PathId PathIds::at(std::string_view path) const {
  const auto found = known_.find(path);
  if (found == known_.end())
    throw Error(ErrorKind::io, "catalog: the directory {} was taken out of the table Path meanwhile",
                printable(path));
  return found->second;
}

void PathIds::look_up(std::set<std::string_view>& wanted) {
  static const std::string sql =
      fmt::format("SELECT PathId, Path FROM Path WHERE Path IN ({})", list_of_places());
  std::vector<std::string> found;
  in_groups(wanted, [&](std::span<const SqlValue> group) {
    session_.each(sql, group, [&](const ResultRow& row) {
      const auto& path = found.emplace_back(row.text(1));
      known_.emplace(path, PathId(static_cast<std::uint32_t>(row.number(0))));
      return true;
    });
  });
  for (const std::string& path : found) wanted.erase(path);
}

// Sorted, and in a transaction of their own: so jobs that add the same directories at the same time wait for each other
// only briefly, and never in a circle. Rows that are there are not tried, because each try uses up a PathId.
void PathIds::insert(const std::set<std::string_view>& missing) {
  static const std::string sql = "INSERT INTO Path (Path) VALUES (" +
                                 replace_all(list_of_places(), ",", "),(") +
                                 ") ON CONFLICT (Path) DO NOTHING";
  static const std::string single = "INSERT INTO Path (Path) VALUES (?1) ON CONFLICT (Path) DO NOTHING";
  in_transaction(
      session_.connection(), SqlConnection::Durability::process_death,
      [&] {
        std::vector<SqlValue> group;
        for (const std::string_view path : missing) {
          group.emplace_back(path);
          if (group.size() < places) continue;
          session_.run(sql, group);
          group.clear();
        }
        for (const SqlValue& path : group) session_.run(single, {&path, 1});
      },
      SqlConnection::Writers::side_by_side);
}

std::unordered_map<PathId, std::string> path_ids_of(SqlSession& session, std::span<const std::string> paths) {
  static const std::string sql =
      fmt::format("SELECT PathId, Path FROM Path WHERE Path IN ({})", list_of_places());
  std::unordered_map<PathId, std::string> found;
  in_groups(paths, [&](std::span<const SqlValue> group) {
    session.each(sql, group, [&](const ResultRow& row) {
      found.emplace(PathId(static_cast<std::uint32_t>(row.number(0))), std::string(row.text(1)));
      return true;
    });
  });
  return found;
}

bool PathsOfRows::add(const FileRow& row) {
  if (filled_ == rows_.size()) rows_.emplace_back();
  Kept& kept = rows_[filled_++];
  kept.row = row;
  kept.name = row.name;
  kept.stat = row.stat;
  kept.digest = row.digest;
  kept.parts.assign(row.parts.begin(), row.parts.end());
  return filled_ < rows_of_a_block || pass_on();
}

void PathsOfRows::finish() {
  if (wants_more_) pass_on();
}

void PathsOfRows::look_up() {
  static const std::string sql =
      fmt::format("SELECT PathId, Path FROM Path WHERE PathId IN ({})", list_of_places());
  std::vector<PathId> wanted;
  for (std::size_t i = 0; i < filled_; ++i) {
    const PathId id = rows_[i].row.path_id;
    if ((wanted.empty() || wanted.back() != id) && !paths_.contains(id)) wanted.push_back(id);
  }
  if (paths_.size() + wanted.size() > max_known) {
    paths_.clear();
    wanted.clear();
    for (std::size_t i = 0; i < filled_; ++i)
      if (wanted.empty() || wanted.back() != rows_[i].row.path_id) wanted.push_back(rows_[i].row.path_id);
  }
  in_groups(wanted, [&](std::span<const SqlValue> group) {
    session_.each(sql, group, [&](const ResultRow& row) {
      paths_.emplace(PathId(static_cast<std::uint32_t>(row.number(0))), std::string(row.text(1)));
      return true;
    });
  });
}

bool PathsOfRows::pass_on() {
  look_up();
  for (std::size_t i = 0; i < filled_ && wants_more_; ++i) {
    Kept& kept = rows_[i];
    const auto path = paths_.find(kept.row.path_id);
    if (path != paths_.end()) kept.row.path = path->second;
    kept.row.name = kept.name;
    kept.row.stat = kept.stat;
    kept.row.digest = kept.digest;
    kept.row.parts = kept.parts;
    wants_more_ = visit_(kept.row);
  }
  filled_ = 0;
  return wants_more_;
}

}  // namespace holdfast::catalog
