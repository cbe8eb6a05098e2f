// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "os/file_stat.h"

namespace holdfast::os {

/// One extended attribute: the full name with its namespace, and the value as the system stores it. POSIX ACLs
/// are attributes too: "system.posix_acl_access", "system.posix_acl_default".
struct ExtendedAttribute {
  std::string name;
  Buffer value;
  bool operator==(const ExtendedAttribute&) const = default;
};
using ExtendedAttributes = std::vector<ExtendedAttribute>;

/// In the order the system lists them; none where the file system does not know attributes.
Outcome<ExtendedAttributes> attributes_of(int fd);
/// Of a name in an open directory; a symlink is not followed. Needs /proc.
Outcome<ExtendedAttributes> attributes_at(int directory, const char* name);

/// False too where the file system does not tell.
bool has_attribute_at(int directory, const char* name, const char* attribute);

Outcome<void> set_attribute(int fd, const char* attribute, Bytes value);
Outcome<void> set_attribute_at(int directory, const char* name, const char* attribute, Bytes value);
/// Succeed when there is none.
Outcome<void> remove_attribute(int fd, const char* attribute);
Outcome<void> remove_attribute_at(int directory, const char* name, const char* attribute);

}  // namespace holdfast::os
