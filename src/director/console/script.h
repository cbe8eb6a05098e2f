// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <stop_token>
#include <string_view>

#include "director/console/services.h"

namespace holdfast::director::console {

/// Runs one console command as a RunScript does: with the rights of the default console, nobody to answer questions, and
/// only commands that are allowed there. Its output goes to `tell`, line by line, newline included. False where it
/// failed. Throws Error{cancelled} when `stop` is requested first.
bool run_as_script(Services& services, std::string_view command, std::stop_token stop,
                   const std::function<void(std::string_view line)>& tell);

}  // namespace holdfast::director::console
