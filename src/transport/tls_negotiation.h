// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>

#include "transport/peer.h"

namespace holdfast::transport {

/// What two sides that met in cleartext do after they proved to know the key.
enum class Agreement { cleartext, tls, none };

/// The table of interop 01, section 7; `remote` is the number in the peer's challenge, nothing where it sent none.
constexpr Agreement agree(TlsPolicy own, std::optional<unsigned> remote) {
  if (!remote) return Agreement::tls;
  if (own == TlsPolicy::none && *remote == 0) return Agreement::cleartext;
  if (own == TlsPolicy::none) return *remote == 1 ? Agreement::cleartext : Agreement::none;
  if (*remote == 0) return own == TlsPolicy::allowed ? Agreement::cleartext : Agreement::none;
  return Agreement::tls;
}

}  // namespace holdfast::transport
