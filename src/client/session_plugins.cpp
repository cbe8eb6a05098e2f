// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/session_plugins.h"

namespace holdfast::client {

plugins::PluginSet& plugins_of(Session& session) {
  if (!session.plugins) {
    plugins::Settings settings;
    settings.directory = session.self().plugin_directory;
    settings.names = session.self().plugin_names;
    settings.timeout = session.self().plugin_timeout;
    settings.modules = session.daemon.python_modules;
    session.plugins = std::make_unique<plugins::PluginSet>(std::move(settings), session.stop());
  }
  return *session.plugins;
}

void prepare_plugins(Session& session, const archive::RestoreOptions* restore) {
  auto& job = plugins_of(session).job();
  job.id = session.id.value;
  job.name = session.job;
  job.client = session.self().name;
  job.working_directory = session.self().working_directory;
  job.type = static_cast<char>(session.type());
  job.level = static_cast<char>(session.level);
  job.since = session.since ? unix_seconds(*session.since) : 0;
  job.is_accurate = session.known != nullptr;
  if (restore == nullptr) return;
  job.where = restore->where;
  job.regex_where = restore->regex_where;
  job.replace = static_cast<char>(restore->replace);
  job.prefixes_links = restore->links == archive::RestoreOptions::Links::prefixed;
}

void tell_plugin_messages(Session& session) {
  if (!session.plugins) return;
  for (const auto& message : session.plugins->take_messages())
    session.log.message(message.type, message.text);
}

void end_plugins(Session& session) {
  if (!session.plugins) return;
  try {
    session.plugins->end();
  } catch (...) {
    tell_plugin_messages(session);
    throw;
  }
  tell_plugin_messages(session);
}

}  // namespace holdfast::client
