// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/bootstrap.h"

#include <cstdlib>
#include <string_view>

using namespace holdfast;

// What is read as a bootstrap is written to text that can be read, and from then on nothing changes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bootstrap = format::parse_bootstrap({reinterpret_cast<const char*>(data), size});
  if (!bootstrap) return 0;
  const auto text = format::to_text(*bootstrap);
  const auto again = format::parse_bootstrap(text);
  if (again && format::to_text(*again) != text) std::abort();
  return 0;
}
