// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "catalog/copy_catalog.h"
#include "catalog/sql_session.h"

namespace holdfast::catalog {

class SqlCopies final : public CopyCatalog {
 public:
  explicit SqlCopies(SqlSession& session) : session_(session) {}

  std::set<JobId> copied_jobs() override;
  void finish_copy(const JobRow& copy, JobId source) override;
  void finish_migration(const JobRow& result, JobId source) override;
  void hand_over_copies(JobId source, JobId result) override;
  void copy_deleted_files(std::span<const JobId> from, JobId to) override;

 private:
  SqlSession& session_;
};

}  // namespace holdfast::catalog
