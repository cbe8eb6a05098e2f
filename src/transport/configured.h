// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "config/resource.h"
#include "crypto/tls_context.h"
#include "os/socket.h"

namespace holdfast::transport {

// From the words of the configuration to those of connections; the same for every daemon and the console.

/// The Tls… directives of a resource, checked and with their files read. Throws Error{invalid} that names the
/// directive and the file.
std::shared_ptr<const crypto::TlsContext> tls_context(const config::TlsSettings& configured);

/// What Address, Port and Addresses of a daemon's own resource come to.
std::vector<os::ListenAddress> listen_addresses(const config::ListenAddresses& configured);

}  // namespace holdfast::transport
