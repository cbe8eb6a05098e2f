// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "director/console/session.h"

namespace holdfast::director::console {

/// What a command said, and whether it did what it was asked.
struct CommandOutput {
  bool is_ok = false;
  std::string text;
};

/// Runs a command with all rights and nobody to ask, for the Director itself: scripts and clones of jobs. What a command
/// throws is in the text.
CommandOutput run_command_line(Services& services, std::string_view line, Session::Commands allowed,
                               std::stop_token stop);

}  // namespace holdfast::director::console
