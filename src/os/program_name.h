// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace holdfast::os {

/// The name this program was started under, without directories: that of a link, where it is one.
std::string_view program_name();

/// The folder in which the file of this program lies, links resolved; empty where the system does not tell.
std::string program_folder();

}  // namespace holdfast::os
