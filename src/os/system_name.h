// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace holdfast::os {

/// What daemons tell each other about the system they run on.
struct SystemName {
  std::string text = "Linux";      ///< "Debian GNU/Linux 12 (bookworm)"
  std::string platform = "linux";  ///< "debian"
};

/// From the contents of an os-release file; what is missing keeps the defaults.
SystemName parse_os_release(std::string_view contents);

/// Of the running system, read once.
const SystemName& system_name();

}  // namespace holdfast::os
