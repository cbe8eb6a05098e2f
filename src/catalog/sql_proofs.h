// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "catalog/proof_catalog.h"
#include "catalog/sql_session.h"

namespace holdfast::catalog {

class SqlProofs final : public ProofCatalog {
 public:
  explicit SqlProofs(SqlSession& session) : session_(session) {}

  void put(const ProofRow& row) override;
  std::optional<ProofRow> find(JobId job) override;

 private:
  SqlSession& session_;
};

}  // namespace holdfast::catalog
