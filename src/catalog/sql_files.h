// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <unordered_map>

#include "catalog/sql_session.h"

namespace holdfast::catalog {

class SqlFiles final : public FileCatalog {
 public:
  explicit SqlFiles(SqlSession& session) : session_(session) {}

  void add(JobId job, std::span<const NewFile> files) override;
  void discard(JobId job) override;
  std::uint64_t count(JobId job) override;
  void list(JobId job, const Visitor& visit) override;
  void list_current(std::span<const JobId> jobs, const Visitor& visit) override;
  std::uint64_t count_current(std::span<const JobId> jobs) override;
  void list_directory(std::span<const JobId> jobs, std::string_view path, const Visitor& visit) override;
  void list_below(std::span<const JobId> jobs, std::string_view path, const Visitor& visit) override;
  std::vector<std::string> directories(std::span<const JobId> jobs, std::string_view path) override;
  void add_restore_object(const RestoreObjectRow& object) override;
  std::vector<RestoreObjectRow> restore_objects(std::span<const JobId> jobs) override;

 private:
  PathId path_id(std::string_view path);
  /// FROM and WHERE of the current files, F, of jobs J; `paths` restricts the directories of an alias of File, {}.
  ///
  /// Of every file the version of the youngest job counts; one that was deleted there (FileIndex 0) is not listed at
  /// all. The outdated versions are looked up for each file of each job in that job and those before it, which for the
  /// great first one is itself alone: the order of the joins matters, and CROSS JOIN keeps it.
  static std::string current_files(std::span<const JobId> jobs, std::string_view paths);
  void list_where(std::span<const JobId> jobs, std::string_view paths, std::span<const SqlValue> values,
                  std::string_view order, const Visitor& visit);

  SqlSession& session_;
  // Files come directory by directory, so that a small cache serves nearly all of them.
  std::unordered_map<std::string, PathId> known_paths_;
};

}  // namespace holdfast::catalog
