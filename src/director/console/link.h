// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <variant>

#include "wire/signal.h"

namespace holdfast::director::console {

/// The console has gone: it said TERMINATE, closed the connection, or there never was one (RunScripts).
struct Gone {};

using Heard = std::variant<std::string, wire::Signal, Gone>;

/// The connection to one console, used by one thread. Implementations: ChannelLink (a transport channel), and
/// in tests a script of input whose transcript is compared with recordings.
class ConsoleLink {
 public:
  virtual ~ConsoleLink() = default;

  /// One packet, or several where the text is longer than a packet may be.
  virtual void send(std::string_view text) = 0;
  virtual void send(wire::Signal signal) = 0;
  /// Everything sent so far goes out, before a command that takes long.
  virtual void flush() = 0;
  /// Blocks until the console says something. After Gone it is not called again.
  virtual Heard receive() = 0;
  /// How often a command that waits without output should show that it is alive, which also shows whether the console
  /// still is.
  virtual std::chrono::milliseconds heartbeat_interval() const { return std::chrono::seconds(10); }
};

}  // namespace holdfast::director::console
