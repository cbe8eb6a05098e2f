// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/expected.h"

namespace holdfast::os {

// POSIX ACLs between the value of the attributes system.posix_acl_* and the long text form of
// acl_to_text(3), one entry a line. Written out here because libacl offers no way from one to the other that
// would not ask the system again for every file. Any thread.

/// "user::rw-\nuser:alice:rw-\n..."; users and groups by name where the system knows them, else by number. The
/// reason of a failure is for a message.
Expected<std::string, std::string> acl_text(Bytes attribute_value);

/// The value to set; empty for a text without entries, which means that there is no ACL. Names that the system
/// does not know, and ACLs that are not complete, are refused. The text is not trusted.
Expected<Buffer, std::string> acl_value(std::string_view text);

/// True where it says no more than the permission bits do.
bool is_minimal_acl(Bytes attribute_value);

}  // namespace holdfast::os
