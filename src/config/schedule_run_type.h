// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "config/schedule.h"
#include "config/value_type.h"

namespace holdfast::config {

/// The Run directive of a Schedule.
class ScheduleRunType final : public TypedValue<std::vector<ScheduleRun>> {
 public:
  using TypedValue::TypedValue;
  Repeat repeat() const override { return Repeat::accumulates; }

 private:
  void read_typed(ValueReader& from, std::vector<ScheduleRun>& runs) const override;
  void describe_typed(Settings& to, const Directive& directive,
                      const std::vector<ScheduleRun>& runs) const override;
};

namespace types {
extern const ScheduleRunType schedule_run;
}

}  // namespace holdfast::config
