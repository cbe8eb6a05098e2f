// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/guarded.h"
#include "catalog/retention_catalog.h"
#include "config/director_resources.h"

namespace holdfast::jobs {

/// The values of Counters that no catalog keeps: they begin anew with the Director. Any thread.
class CounterMemory {
 public:
  /// The present value; stepped from the maximum on to the minimum where `step`.
  std::int32_t value(const config::Counter& counter, bool step);

 private:
  Guarded<std::map<std::string, std::int32_t, std::less<>>> values_;
};

/// `${Name}` of a label format where it is a Counter (interop 08, section 15): its value before the step. Empty where
/// there is no such Counter.
std::optional<std::string> counter_value(const config::DirectorConfiguration& configuration,
                                         catalog::Catalog& catalog, CounterMemory& memory,
                                         std::string_view name, bool step);

/// Creates the row of a Counter that a catalog keeps, or gives it the limits of the resource.
void put_counter(catalog::CounterCatalog& catalog, const config::Counter& counter);

}  // namespace holdfast::jobs
