// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace holdfast::os {

/// The TCP port of a service in the host's list: 80 for "http". One thread at a time.
std::optional<std::uint16_t> service_port(const std::string& name);

}  // namespace holdfast::os
