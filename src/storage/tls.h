// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "config/resource.h"
#include "crypto/tls_context.h"

namespace holdfast::storage {

/// The Tls… directives of a resource as crypto takes them.
crypto::TlsSettings tls_settings(const config::TlsSettings& configured);

}  // namespace holdfast::storage
