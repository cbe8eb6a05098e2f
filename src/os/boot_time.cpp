// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/boot_time.h"

#include <time.h>

#include "os/errno.h"

namespace holdfast::os {

std::chrono::microseconds time_since_boot() {
  timespec time{};
  if (clock_gettime(CLOCK_BOOTTIME, &time) != 0) throw_errno("clock_gettime(CLOCK_BOOTTIME)");
  return std::chrono::seconds(time.tv_sec) +
         std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::nanoseconds(time.tv_nsec));
}

}  // namespace holdfast::os
