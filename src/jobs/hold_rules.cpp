// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/hold_rules.h"

namespace holdfast::jobs {

HoldRules hold_rules(const config::DirectorConfiguration& configuration, catalog::Catalog& catalog) {
  HoldRules rules;
  for (const config::Pool& pool : configuration.pools) {
    if (!pool.allow_losing_last_full) continue;
    if (const auto row = catalog.pools().find(pool.name)) rules.may_lose.insert(row->id);
  }
  return rules;
}

}  // namespace holdfast::jobs
