// SPDX-License-Identifier: AGPL-3.0-or-later
// Expressions of a console that say where restored files go.
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "base/renaming.h"

using namespace holdfast;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    static_cast<void>(RegexWhere({reinterpret_cast<const char*>(data), size}).apply("/some/path of.txt"));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::internal) std::abort();
  }
  return 0;
}
