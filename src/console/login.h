// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// The console's side of the console protocol: logging in to a Director, ours or the peer's, asking it as a
// program (ApiSession) or passing lines between it and a person (Shell). What to do with the answers is the
// business of the programs.

#include <stop_token>
#include <string>
#include <string_view>

#include "config/console_resources.h"
#include "transport/connect.h"

namespace holdfast::console {

/// Which Director to talk to, and as whom. Both belong to the configuration; without an identity the console
/// logs in with the Director's own password.
struct Login {
  const config::ConsoleDirector* director = nullptr;
  const config::ConsoleIdentity* identity = nullptr;
};

/// The Director of that name, or the only one where the name is empty (interop 10, section 2.1). Throws
/// Error: not_found for an unknown name or no Director, invalid where several could be meant or no password
/// is there.
Login choose_login(const config::ConsoleConfiguration& configuration, std::string_view director);

/// The identity that belongs to a Director. Throws Error{invalid} where there is no password.
Login login_to(const config::ConsoleConfiguration& configuration, const config::ConsoleDirector& director);

/// Connects and logs in. Tries once, waiting at most `patience` for an answer. Throws what transport::connect
/// throws, with what to check.
transport::Connected connect(const Login& login, std::chrono::milliseconds patience, std::stop_token stop);

}  // namespace holdfast::console
