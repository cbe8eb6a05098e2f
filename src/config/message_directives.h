// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "config/directive.h"
#include "config/messages.h"

namespace holdfast::config {

/// The directives of Messages, the same in the three daemons.
std::span<const Directive> message_directives();

/// "MailOnError".
std::string_view destination_name(MessageDestination::Kind kind);

/// The destinations in the order of their definition, each behind the commands and the timestamp format that it takes.
void describe_messages(Settings& to, const Resource& resource);

}  // namespace holdfast::config
