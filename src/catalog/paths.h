// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "catalog/sql_session.h"

namespace holdfast::catalog {

/// The PathIds of directories, many at a time: rows that are missing are made, while other jobs do the same.
class PathIds {
 public:
  explicit PathIds(SqlSession& session) : session_(session) {}

  /// Makes sure that at() knows the directories of these files. Not to be called inside of a transaction.
  void prepare(std::span<const NewFile> files);
  void prepare(const std::set<std::string_view>& paths);
  /// The id of a directory of the last prepare().
  PathId at(std::string_view path) const;
  /// Whether the connection is still the one that prepare() used.
  bool are_of_this_connection() const { return of_connection_ == session_.connection().times_connected(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  void look_up(std::set<std::string_view>& wanted);
  void insert(const std::set<std::string_view>& missing);

  SqlSession& session_;
  unsigned of_connection_ = 0;
  // Files come directory by directory, so that a small cache serves nearly all of them.
  std::unordered_map<std::string, PathId, Hash, std::equal_to<>> known_;
};

/// Those of the directories that the catalog knows, by their PathIds.
std::unordered_map<PathId, std::string> path_ids_of(SqlSession& session, std::span<const std::string> paths);

/// Rows on their way to a visitor, which get their paths a block at a time.
class PathsOfRows {
 public:
  using Visitor = std::function<bool(const FileRow&)>;
  PathsOfRows(SqlSession& session, const Visitor& visit) : session_(session), visit_(visit) {}

  /// False where the visitor wants no more.
  bool add(const FileRow& row);
  /// Gives what is left to the visitor.
  void finish();

 private:
  struct Kept {
    FileRow row;
    std::string name, stat, digest;
    std::vector<FilePart> parts;
  };

  void look_up();
  bool pass_on();

  SqlSession& session_;
  const Visitor& visit_;
  std::vector<Kept> rows_;
  std::size_t filled_ = 0;
  bool wants_more_ = true;
  std::unordered_map<PathId, std::string> paths_;
};

}  // namespace holdfast::catalog
