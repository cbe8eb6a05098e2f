// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "client/session.h"

namespace holdfast::client {

/// Whether the session has a connection to its Storage Daemon. One that connected to us, as a passive client's
/// does, is taken over; it may still be on its way when the Director already counts on it, so this waits a
/// little.
bool has_storage(Session& session);

}  // namespace holdfast::client
