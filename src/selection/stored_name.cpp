// SPDX-License-Identifier: AGPL-3.0-or-later
#include "selection/stored_name.h"

namespace holdfast::selection {

std::string stored_name(const std::string& path, std::uint32_t strip_components) {
  std::size_t start = 0;
  for (; strip_components > 0; --strip_components) {
    start = path.find('/', start + 1);
    if (start == path.npos) return path;
  }
  return path.substr(start);
}

}  // namespace holdfast::selection
