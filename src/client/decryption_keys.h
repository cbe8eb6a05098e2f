// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>

#include "config/file_daemon_resources.h"
#include "crypto/key_ring.h"

namespace holdfast::client {

/// What `PKI Key Pair` and `PKI Signer` name, read anew; null where the configuration names none. Throws Error where a
/// file cannot be read or used.
std::shared_ptr<const crypto::KeyRing> decryption_keys(const config::FileDaemon& self);

}  // namespace holdfast::client
