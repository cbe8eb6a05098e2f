// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <stop_token>

#include "director/console/session.h"
#include "transport/peer.h"

namespace holdfast::director::console {

/// Talks to a console that has been greeted, until it goes or `stop` is requested. `user` is whom PAM authenticated on
/// it. Throws Error where the connection fails.
void serve(transport::Peer& peer, Services& services, ConnectedConsoles& consoles, std::stop_token stop,
           std::string user = {});

}  // namespace holdfast::director::console
