// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "archive/restore.h"
#include "client/session.h"

namespace holdfast::client {

/// The plugins of this session's job; made when they are asked for first.
plugins::PluginSet& plugins_of(Session& session);

/// Tells plugins what job they are to work for; `restore` for a restore.
void prepare_plugins(Session& session, const archive::RestoreOptions* restore);

/// Tells the operator what plugins said since the last time.
void tell_plugin_messages(Session& session);

/// The job's data is saved or restored: lets plugins end. Throws Error where one fails.
void end_plugins(Session& session);

}  // namespace holdfast::client
