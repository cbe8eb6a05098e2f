// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "archive/restore.h"
#include "client/session.h"

namespace holdfast::client {

/// Without what only a job needs.
plugins::Settings plugin_settings(const config::FileDaemon& self);

/// The plugins of this session's job; made when they are asked for first.
plugins::PluginSet& plugins_of(Session& session);

/// Tells plugins what job they are to work for; `restore` for a restore.
void prepare_plugins(Session& session, const archive::RestoreOptions* restore);

/// Lets the plugins of the FileSet begin, which may change it. Throws Error where one refuses.
void begin_plugins(Session& session);

/// Tells the operator what plugins said since the last time.
void tell_plugin_messages(Session& session);

/// The job's data is saved or restored: lets plugins end. Throws Error where one fails.
void end_plugins(Session& session);

}  // namespace holdfast::client
