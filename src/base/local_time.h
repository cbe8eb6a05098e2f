// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>

#include "base/clock.h"

namespace holdfast {

/// A strftime format applied to a moment in local time; at most 127 bytes. "?" for moments no calendar holds.
std::string local_time(Time moment, const char* format);

/// "22-Nov-26 21:51", the form in status reports.
inline std::string short_time(Time moment) { return local_time(moment, "%d-%b-%y %H:%M"); }

}  // namespace holdfast
