// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <string_view>

#include "base/job_codes.h"

namespace holdfast::jobs {

/// Takes a message for the job's log, or for the console.
using Tell = std::function<void(MessageType, std::string_view)>;

}  // namespace holdfast::jobs
