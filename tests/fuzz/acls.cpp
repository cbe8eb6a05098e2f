// SPDX-License-Identifier: AGPL-3.0-or-later
// ACLs in both forms: the text of volumes, the value of the file system's attribute. What one form gives is read
// in the other.
#include <cstdlib>
#include <string_view>

#include "os/posix_acl.h"

using namespace holdfast;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input(reinterpret_cast<const std::byte*>(data), size);
  os::is_minimal_acl(input);
  // An empty value means that there is no ACL.
  const auto value = os::acl_value(as_text(input));
  if (value && !value->empty() && !os::acl_text(*value)) std::abort();
  if (const auto text = os::acl_text(input)) static_cast<void>(os::acl_value(*text));
  return 0;
}
