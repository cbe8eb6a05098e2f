// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "catalog/sql_session.h"
#include "catalog/verify_catalog.h"

namespace holdfast::catalog {

class SqlVerify final : public VerifyCatalog {
 public:
  explicit SqlVerify(SqlSession& session) : session_(session) {}

  std::optional<Known> find(std::span<const JobId> jobs, std::string_view path,
                            std::string_view name) override;
  void mark(std::span<const FileId> files, JobId verifier) override;
  void list_unmarked(JobId job, JobId verifier,
                     const std::function<bool(std::string_view name)>& visit) override;
  std::uint64_t count_deleted(std::span<const JobId> jobs) override;

 private:
  std::optional<PathId> path_id(std::string_view path);

  SqlSession& session_;
  // Clients walk directory by directory.
  std::string last_path_;
  std::optional<PathId> last_path_id_;
};

}  // namespace holdfast::catalog
