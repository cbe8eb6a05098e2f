// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>

#include "base/clock.h"
#include "transport/channel.h"

namespace holdfast::client {

/// Asks the Director ten times what time it is. Returns how far our clock is ahead of its (interop 02, section
/// 3). Throws Error{network} where it does not answer.
std::chrono::microseconds clock_ahead(transport::Channel& director, const Clock& clock);

}  // namespace holdfast::client
