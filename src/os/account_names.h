// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace holdfast::os {

// Users and groups by number and by name. Any thread; answers are remembered for the life of the process,
// because a backup asks for the same few again and again and a directory service is slow.

std::optional<std::string> user_name(std::uint32_t uid);
std::optional<std::string> group_name(std::uint32_t gid);
std::optional<std::uint32_t> user_id(const std::string& name);
std::optional<std::uint32_t> group_id(const std::string& name);

}  // namespace holdfast::os
