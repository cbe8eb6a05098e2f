// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string_view>

#include "client/session.h"

namespace holdfast::client {

// The commands of a Director (interop 02, section 1). Each gets the whole packet, answers on the session's
// channel and says whether the conversation goes on. What it throws ends the conversation as a fatal error.

// What a job is: job_commands.cpp.
Next job_command(Session& session, std::string_view command);
Next level_command(Session& session, std::string_view command);
Next fileset_command(Session& session, std::string_view command);
Next plugin_options_command(Session& session, std::string_view command);
Next restore_object_command(Session& session, std::string_view command);
Next bootstrap_command(Session& session, std::string_view command);
Next session_command(Session& session, std::string_view command);
Next secure_erase_command(Session& session, std::string_view command);
Next run_script_command(Session& session, std::string_view command);
Next run_before_now_command(Session& session, std::string_view command);

// What was saved before: accurate_command.cpp.
Next accurate_command(Session& session, std::string_view command);

// Where its data goes: storage_commands.cpp.
Next storage_command(Session& session, std::string_view command);
Next authorization_command(Session& session, std::string_view command);

// What it does: run_commands.cpp and verify_command.cpp.
Next backup_command(Session& session, std::string_view command);
Next restore_options_command(Session& session, std::string_view command);
Next restore_command(Session& session, std::string_view command);
Next end_restore_command(Session& session, std::string_view command);
Next verify_command(Session& session, std::string_view command);
Next estimate_command(Session& session, std::string_view command);

// Of the console: console_commands.cpp.
Next status_command(Session& session, std::string_view command);
Next dot_status_command(Session& session, std::string_view command);
Next cancel_command(Session& session, std::string_view command);
Next debug_command(Session& session, std::string_view command);
Next bandwidth_command(Session& session, std::string_view command);
Next resolve_command(Session& session, std::string_view command);

}  // namespace holdfast::client
