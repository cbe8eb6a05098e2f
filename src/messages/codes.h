// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>

#include "messages/message.h"

namespace holdfast::messages {

/// The codes where there is no job, or none is known any more: its unique name (empty for the daemon's own messages)
/// and the daemon. Everything else is "*None*" (interop 08, section 11.3).
Codes codes_without_job(std::string daemon, std::string job_name, std::string status);

}  // namespace holdfast::messages
