// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "transport/connect.h"
#include "transport/peer.h"

namespace holdfast::transport {

/// What somebody calls himself in his first message.
struct Hello {
  Conversation conversation = Conversation::console;
  std::string name;          ///< spaces are spaces
  int protocol_version = 0;  ///< see Peer
  int console_version = 0;   ///< see Peer
};

/// The Hello in `text` for somebody of that role. Throws Error{invalid} when it is none, or is too long or short
/// (interop 01, section 4).
Hello read_hello(Role role, std::string_view text);

/// Our Hello as we connect.
std::string write_hello(const Introduction& who);

/// "R_CONSOLE\x1e*UserAgent*": who the connecting side of a conversation is in TLS (section 5).
std::string tls_identity(Conversation conversation, std::string_view name);

/// Whom somebody of that role looks up for an identity. A job is looked up before it is known who calls for it.
struct ClaimedIdentity {
  Conversation conversation;
  std::string_view name;
};
std::optional<ClaimedIdentity> read_tls_identity(Role role, std::string_view identity);

/// "R_DIRECTOR::bareos-dir": what a challenge says about who asks (section 8); spaces are spaces.
std::string qualified_name(Role role, std::string_view name);
/// The same for us as we connect.
std::string qualified_name(const Introduction& who);

}  // namespace holdfast::transport
