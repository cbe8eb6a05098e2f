// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/host_name.h"

#include <unistd.h>

#include <array>

namespace holdfast::os {

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

}  // namespace holdfast::os
