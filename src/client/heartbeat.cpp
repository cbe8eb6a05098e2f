// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/heartbeat.h"

#include "base/error.h"
#include "base/wait.h"

namespace holdfast::client {

namespace {

void beat(const std::stop_token& stop, transport::Channel& director, std::chrono::seconds interval) {
  while (pause_for(interval, stop)) {
    try {
      director.send(wire::Signal::heartbeat);
      director.flush();
    } catch (const Error&) {
      return;  // The session finds out by itself.
    }
  }
}

}  // namespace

Heartbeat::Heartbeat(transport::Channel& director, std::chrono::seconds interval) {
  if (interval.count() <= 0) return;
  thread_ =
      std::jthread([&director, interval](const std::stop_token& stop) { beat(stop, director, interval); });
}

}  // namespace holdfast::client
