// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "transport/channel.h"
#include "transport/hello.h"

namespace holdfast::transport {

/// Tells an authenticated peer that it is welcome (interop 01, section 11). `logged_in_as` is for consoles.
void send_welcome(Channel& channel, Role role, const std::string& own_name, const Hello& hello,
                  std::string_view logged_in_as);

/// Tells a peer that failed to authenticate that nothing more comes.
void send_failure(Channel& channel, Role role, const Hello& hello);

/// Tells a peer that we do not know, where TLS came up all the same.
void send_unknown(Channel& channel, Role role, const Hello& hello);

}  // namespace holdfast::transport
