// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>

#include "catalog/paths.h"

namespace holdfast::catalog {

class SqlFiles final : public FileCatalog {
 public:
  explicit SqlFiles(SqlSession& session) : session_(session) {}

  void add(JobId job, std::span<const NewFile> files) override;
  void discard(JobId job) override;
  std::uint64_t count(JobId job) override;
  void list(JobId job, const Visitor& visit) override;
  void list_current(std::span<const JobId> jobs, const Visitor& visit) override;
  std::uint64_t count_current(std::span<const JobId> jobs, std::uint64_t at_most) override;
  void scan_current(std::span<const JobId> jobs, std::string_view below, Paths paths,
                    const std::function<Visitor()>& new_visitor) override;
  void list_directory(std::span<const JobId> jobs, std::string_view path, const Visitor& visit) override;
  void list_directories_alone(std::span<const JobId> jobs, std::span<const std::string> paths,
                              const Visitor& visit) override;
  void list_below(std::span<const JobId> jobs, std::string_view path, const Visitor& visit) override;
  std::vector<std::string> directories(std::span<const JobId> jobs, std::string_view path) override;
  void add_restore_object(const RestoreObjectRow& object) override;
  std::vector<RestoreObjectRow> restore_objects(std::span<const JobId> jobs) override;

 private:
  /// As in_transaction(), for rows that refer to the directories of `files`.
  template <typename Body>
  void in_transaction_of_files(Body&& body, std::span<const NewFile> files);

  /// What reads streamed rows while the session looks up other things; a new one, where it is not that of the session.
  SqlConnection& reader();
  /// Whether looking up every directory below would take longer than looking at every file.
  bool has_many_directories(std::string_view below);
  /// Whether the cache of directories (bvfs_catalog.h) holds all these jobs.
  bool is_cached(std::span<const JobId> jobs);
  std::vector<std::string> cached_directories(std::span<const JobId> jobs, std::string_view path);
  std::vector<std::string> found_directories(std::span<const JobId> jobs, std::string_view path);

  SqlSession& session_;
  std::unique_ptr<SqlConnection> reader_;
  PathIds path_ids_{session_};
};

}  // namespace holdfast::catalog
