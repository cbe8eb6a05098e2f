// SPDX-License-Identifier: AGPL-3.0-or-later
// Label formats: whatever the text, it expands to something in bounded time, and what is simple stays what it is.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "jobs/label_format.h"

using namespace holdfast;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string format(reinterpret_cast<const char*>(data), size);
  jobs::LabelVariables variables;
  variables.job = "nightly";
  variables.director = "test-dir";
  variables.client = "test-fd";
  variables.pool = "Full";
  variables.pool_volumes = 7;
  std::uint32_t count = 0;
  variables.counter = [&](std::string_view name, bool step) -> std::optional<std::string> {
    if (name.size() > 4) return std::nullopt;
    return std::to_string(step ? ++count : count);
  };
  const std::string name = jobs::expand_label_format(format, variables);
  if (jobs::is_simple_label_format(format) && name != format) std::abort();
  jobs::is_legal_volume_name(name);
  return 0;
}
