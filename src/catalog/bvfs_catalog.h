// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/rows.h"

namespace holdfast::catalog {

/// One record of a file that was saved more than once.
struct FileVersion {
  PathId path{};
  FileId file{};
  JobId job{};
  std::string stat{};
  std::string digest{};
  std::string volume{};
  bool in_changer = false;
};

struct VersionQuestion {
  ClientId client{};
  PathId path{};
  std::string_view name{};  ///< without directory; "" for the directory itself
  enum class Copies { left_out, given } copies = Copies::left_out;
  std::int64_t limit = 0;
  std::int64_t offset = 0;
};

/// A file that was chosen for a restore.
struct ChosenFile {
  JobId job{};
  std::uint32_t file_index = 0;
  FileId file{};
};

/// Whether a table of that name may hold chosen files: "b2" and digits, so that it can stand in SQL.
bool is_name_of_choice(std::string_view name);

/// The cache of directories that the peer's tools walk through (PathHierarchy and PathVisibility; interop 07, section
/// 7). Restores use it where it is there, and do without where it is not.
class BvfsCatalog {
 public:
  enum class Cached {
    built,        ///< by this call
    was_there,    ///< nothing to do
    being_built,  ///< by somebody else, or by one that died meanwhile: clear() helps then
  };

  virtual ~BvfsCatalog() = default;
  /// The finished backups without cache, ascending.
  virtual std::vector<JobId> jobs_without() = 0;
  virtual Cached build(JobId job) = 0;
  /// Forgets rows of jobs that are gone; after a run over all jobs.
  virtual void drop_orphans() = 0;
  /// Everything.
  virtual void clear() = 0;

  /// Of a directory, which ends in '/'; "" is the root of all.
  virtual std::optional<PathId> path_id(std::string_view path) = 0;
  virtual std::optional<std::string> path(PathId id) = 0;
  /// By FileId; a row for each volume that holds some of the file. Of backups that have ended.
  virtual std::vector<FileVersion> versions(const VersionQuestion& question) = 0;
  /// The record of a file, empty for none.
  virtual std::optional<ChosenFile> chosen(FileId file) = 0;
  virtual std::optional<ChosenFile> chosen(JobId job, std::uint32_t file_index) = 0;

  /// Makes a table of files, in which others find the columns JobId, FileIndex and FileId; one that is there goes. `fill`
  /// calls what it is given for each of them; it may read the catalog. It may be called again where the connection was
  /// lost. Throws Error{invalid} unless is_name_of_choice(name).
  using Choose = std::function<void(const ChosenFile&)>;
  virtual void keep_choice(const std::string& name, const std::function<void(const Choose&)>& fill) = 0;
  virtual void drop_choice(const std::string& name) = 0;
};

}  // namespace holdfast::catalog
