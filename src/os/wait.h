// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>

#include "os/socket.h"
#include "os/stop_event.h"

namespace holdfast::os {

enum class Waited { ready, deadline };

/// Blocks until `fd` shows one of the poll(2) `events`, or an error. Throws Error{cancelled} on a stop.
Waited wait_for(int fd, short events, Deadline deadline, const StopEvent& stop);

/// The same for those who know no poll(2) events.
enum class Wanted { to_read, to_write };
Waited wait_for(int fd, Wanted wanted, Deadline deadline, const StopEvent& stop);

/// Blocks until one of the descriptors is readable; its index, or the count when a stop was requested.
std::size_t wait_readable(std::span<const int> fds, const StopEvent& stop);

/// Sleeps; false when a stop was requested before the time was over.
bool pause_for(std::chrono::milliseconds time, const StopEvent& stop);

}  // namespace holdfast::os
