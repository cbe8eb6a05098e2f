// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"

namespace holdfast::storage {

/// What names the sessions of this process beside their number (VolSessionTime, interop 04, section 5): the second in which
/// it started, or a later one where an earlier process of this daemon had that already. Otherwise a daemon that is
/// started again within a second would write a second job under the session of another one, and nobody could tell their
/// records apart. The last one is kept in `<name>.session` in the working directory; where that cannot be written, only the
/// clock counts.
std::uint32_t claim_session_time(const std::string& working_directory, const std::string& name, Time now);

}  // namespace holdfast::storage
