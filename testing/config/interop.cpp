// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/config/interop.h"

#include <cstdlib>

namespace holdfast::testing_support {

std::optional<std::filesystem::path> interop(std::string_view relative) {
  const char* elsewhere = std::getenv("HOLDFAST_INTEROP");
  const std::filesystem::path root =
      elsewhere != nullptr ? std::filesystem::path(elsewhere)
                           : std::filesystem::path(HOLDFAST_SOURCE_DIR).parent_path() / "shared" / "interop";
  auto path = root / relative;
  if (!std::filesystem::exists(path)) return std::nullopt;
  return path;
}

}  // namespace holdfast::testing_support
