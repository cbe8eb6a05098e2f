// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/base/golden.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace holdfast::testing_support {

std::optional<std::filesystem::path> golden(std::string_view relative) {
  const char* configured = std::getenv("HOLDFAST_GOLDEN");
  const std::filesystem::path root =
      configured != nullptr ? std::filesystem::path(configured)
                            : std::filesystem::path(HOLDFAST_SOURCE_DIR).parent_path() / "shared" / "golden";
  const auto path = root / relative;
  if (!std::filesystem::exists(path)) return std::nullopt;
  return path;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace holdfast::testing_support
