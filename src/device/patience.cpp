// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/patience.h"

#include "base/error.h"
#include "base/wait.h"

namespace holdfast::device {

Pause real_pause() {
  return [](std::chrono::seconds time, const std::stop_token& stop) { pause_for(time, stop); };
}

void Patience::pause(std::chrono::seconds time) const {
  if (!stop_.stop_requested()) pause_(time, stop_);
  if (stop_.stop_requested()) throw Error(ErrorKind::cancelled, "cancelled while waiting for the drive");
}

}  // namespace holdfast::device
