// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// Where the messages of a daemon go (interop 06, section 5; 08, section 20): files, streams, the system log, mail,
// operators and webhooks. What only one daemon has - the catalog, consoles, the connection to a Director - it gives as a
// function. Nothing here makes a job wait for a server or a command: those have threads of their own.

#include <functional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/ids.h"
#include "base/job_codes.h"

namespace holdfast::messages {

/// A message on its way.
struct Message {
  MessageType type = MessageType::info;
  std::chrono::sys_seconds time{};
  bool has_time = true;   ///< false: shown without a time in front
  std::string_view text;  ///< complete, with "<daemon> JobId <n>: " and its newlines
  JobId job;              ///< 0: of the daemon itself
  /// It tells that messages could not be sent, and therefore goes to no mail, operator or webhook itself.
  bool is_about_delivery = false;
};

/// Replaces the %-codes of a command or subject (interop 08, section 11.3); `recipients` is what %r stands for.
using Codes = std::function<std::string(std::string_view text, std::string_view recipients)>;

/// What a daemon says about its own messages. Any thread; must not wait for deliveries.
using Report = std::function<void(MessageType type, const std::string& text)>;

/// "error", "volmgmt": as in Messages resources.
std::string_view class_word(MessageType type);

}  // namespace holdfast::messages
