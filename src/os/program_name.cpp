// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/program_name.h"

#include <errno.h>

#include <filesystem>

namespace holdfast::os {

std::string_view program_name() { return program_invocation_short_name; }

std::string program_folder() {
  std::error_code failed;
  return std::filesystem::read_symlink("/proc/self/exe", failed).parent_path().string();
}

}  // namespace holdfast::os
