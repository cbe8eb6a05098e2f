// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <utility>

#include "catalog/bvfs_catalog.h"
#include "catalog/paths.h"

namespace holdfast::catalog {

class SqlBvfs final : public BvfsCatalog {
 public:
  explicit SqlBvfs(SqlSession& session) : session_(session) {}

  std::vector<JobId> jobs_without() override;
  Cached build(JobId job) override;
  void drop_orphans() override;
  void clear() override;
  std::optional<PathId> path_id(std::string_view path) override;
  std::optional<std::string> path(PathId id) override;
  std::vector<FileVersion> versions(const VersionQuestion& question) override;
  std::optional<ChosenFile> chosen(FileId file) override;
  std::optional<ChosenFile> chosen(JobId job, std::uint32_t file_index) override;
  void keep_choice(const std::string& name, const std::function<void(const Choose&)>& fill) override;
  void drop_choice(const std::string& name) override;

 private:
  using Directories = std::vector<std::pair<std::int64_t, std::string>>;

  bool claim(JobId job);
  /// Visible directories that have no parent yet, some of them, by PathId and from behind that one.
  Directories without_parent(JobId job, std::int64_t behind);
  /// Gives the visible directories, and all above them, their parents.
  void add_parents(JobId job);
  void add_rows(const Directories& directories);
  /// Makes the directories above visible ones visible.
  void show_parents(JobId job);

  SqlSession& session_;
  PathIds path_ids_{session_};
};

}  // namespace holdfast::catalog
