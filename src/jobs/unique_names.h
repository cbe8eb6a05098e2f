// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/guarded.h"
#include "catalog/rows.h"

namespace holdfast::jobs {

/// Makes unique job names such as "backup-fd1.2026-08-03_01.05.00_07" (interop 08, section 2). Any thread.
class UniqueNames {
 public:
  explicit UniqueNames(const Clock& clock) : clock_(clock) {}

  /// The resource's name is cut to 98 bytes, its spaces become '_'.
  std::string make(std::string_view resource);

 private:
  struct State {
    unsigned count = 0;
    catalog::Moment latest{};                     ///< the second in the last name; never goes back
    std::array<catalog::Moment, 60> used_last{};  ///< for each count, the second it was last used with
  };

  const Clock& clock_;
  Guarded<State> state_;
};

}  // namespace holdfast::jobs
