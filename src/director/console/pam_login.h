// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

#include "os/pam.h"
#include "transport/channel.h"

namespace holdfast::director::console {

/// Authenticates somebody; like os::authenticate with the service chosen already.
using Authenticate =
    std::function<std::string(const std::string& user, const std::string& host, os::PamUser& dialogue)>;

/// The login by PAM of a console whose own password was right (interop 01, section 11.2): asks for it, leads the dialogue,
/// and returns the name of the user as PAM has it. Throws Error; refused where PAM refuses, and what the channel throws.
std::string log_in_by_pam(transport::Channel& channel, const Authenticate& authenticate);

}  // namespace holdfast::director::console
