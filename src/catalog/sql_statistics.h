// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "catalog/sql_session.h"
#include "catalog/statistics_catalog.h"

namespace holdfast::catalog {

class SqlStatistics final : public StatisticsCatalog {
 public:
  explicit SqlStatistics(SqlSession& session) : session_(session) {}

  void add(StorageId storage, const Samples& samples) override;

 private:
  /// The DeviceId.
  std::int64_t device(StorageId storage, std::string_view name);

  SqlSession& session_;
};

}  // namespace holdfast::catalog
