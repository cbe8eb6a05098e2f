// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>

#include "config/resource.h"
#include "crypto/tls_context.h"

namespace holdfast::director {

/// The Tls… directives of a resource, checked and with their files read. Throws Error{invalid}.
std::shared_ptr<const crypto::TlsContext> tls_context(const config::TlsSettings& configured);

}  // namespace holdfast::director
