// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>

#include "catalog/schedule_catalog.h"
#include "catalog/sql_session.h"

namespace holdfast::catalog {

class SqlSchedules final : public ScheduleCatalog {
 public:
  explicit SqlSchedules(SqlSession& session) : session_(session) {}

  ScheduledSince keep(const ScheduledTimes& times, Moment now) override;

 private:
  /// Empty where none were ever kept.
  std::optional<ScheduledSince> kept();
  void put(std::string_view job, std::string_view times, Moment since);

  SqlSession& session_;
};

}  // namespace holdfast::catalog
