// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <stop_token>
#include <string>

#include "archive/erase.h"

namespace holdfast::client {

/// Runs the Secure Erase Command with the path behind it; empty where there is none. Run by whoever deletes a file,
/// throws Error{cancelled} after a stop request.
archive::Erase secure_erase(const std::string& command, std::stop_token stop);

}  // namespace holdfast::client
