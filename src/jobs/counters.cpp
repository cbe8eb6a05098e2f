// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/counters.h"

#include <algorithm>
#include <limits>

namespace holdfast::jobs {
namespace {

std::int32_t maximum_of(const config::Counter& counter) {
  constexpr auto highest = static_cast<std::uint32_t>(std::numeric_limits<std::int32_t>::max());
  return static_cast<std::int32_t>(std::min(counter.maximum, highest));
}

}  // namespace

std::int32_t CounterMemory::value(const config::Counter& counter, bool step) {
  return values_.with([&](auto& values) {
    std::int32_t& stored = values.try_emplace(counter.name, counter.minimum).first->second;
    const std::int32_t value = stored;
    if (step) stored = stored >= maximum_of(counter) ? counter.minimum : stored + 1;
    return value;
  });
}

void put_counter(catalog::CounterCatalog& catalog, const config::Counter& counter) {
  catalog.put({.name = counter.name,
               .minimum = counter.minimum,
               .maximum = maximum_of(counter),
               .wrap_counter = counter.wrap_counter != nullptr ? counter.wrap_counter->name : ""});
}

std::optional<std::string> counter_value(const config::DirectorConfiguration& configuration,
                                         catalog::Catalog& catalog, CounterMemory& memory,
                                         std::string_view name, bool step) {
  const config::Counter* counter = configuration.find_counter(name);
  if (counter == nullptr) return std::nullopt;
  if (counter->catalog == nullptr) return std::to_string(memory.value(*counter, step));
  if (!catalog.counters().find(name)) put_counter(catalog.counters(), *counter);
  if (step) {
    const auto value = catalog.counters().step(name);
    return value ? std::optional(std::to_string(*value)) : std::nullopt;
  }
  const auto row = catalog.counters().find(name);
  return row ? std::optional(std::to_string(row->current)) : std::nullopt;
}

}  // namespace holdfast::jobs
