// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// Reading very many files on several threads. Inside of this folder only.

#include "catalog/current_files.h"
#include "catalog/paths.h"

namespace holdfast::catalog {

/// Reads all current files of some jobs, each thread some directories after the other. See FileCatalog::scan_current.
class FileScan {
 public:
  FileScan(SqlSession& session, std::span<const JobId> jobs) : session_(session), files_(session, jobs) {}

  void run(FileCatalog::Paths paths, const std::function<FileCatalog::Visitor()>& new_visitor);

 private:
  /// What one thread works with.
  struct Worker {
    std::unique_ptr<SqlSession> reader;   ///< null for that of the scan
    std::unique_ptr<SqlSession> lookups;  ///< null where reader can serve
    FileCatalog::Visitor visit;
  };
  struct Progress;

  std::vector<Worker> hire(FileCatalog::Paths paths,
                           const std::function<FileCatalog::Visitor()>& new_visitor);
  void work(Worker& worker, FileCatalog::Paths paths, Progress& progress);

  SqlSession& session_;
  CurrentFiles files_;
};

}  // namespace holdfast::catalog
