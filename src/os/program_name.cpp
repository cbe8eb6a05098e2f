// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/program_name.h"

#include <errno.h>

namespace holdfast::os {

std::string_view program_name() { return program_invocation_short_name; }

}  // namespace holdfast::os
