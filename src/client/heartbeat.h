// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <thread>

#include "transport/channel.h"

namespace holdfast::client {

/// Sends HEARTBEAT to the Director as long as it lives, so that firewalls and the Director know that a long job
/// is alive (interop 01, section 13). An interval of zero sends none.
class Heartbeat {
 public:
  Heartbeat(transport::Channel& director, std::chrono::seconds interval);

 private:
  std::jthread thread_;
};

}  // namespace holdfast::client
