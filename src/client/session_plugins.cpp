// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/session_plugins.h"

#include "archive/plugin_file_set.h"
#include "os/program_name.h"

namespace holdfast::client {

plugins::Settings plugin_settings(const config::FileDaemon& self) {
  plugins::Settings settings;
  settings.directory = self.plugin_directory;
  settings.names = self.plugin_names;
  settings.timeout = self.plugin_timeout;
  return settings;
}

plugins::PluginSet& plugins_of(Session& session) {
  if (!session.plugins) {
    auto settings = plugin_settings(session.self());
    settings.modules = session.daemon.python_modules;
    settings.programs = os::program_folder();
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
  job.is_estimate = false;
  if (restore == nullptr) return;
  job.where = restore->where;
  job.regex_where = restore->regex_where;
  job.replace = static_cast<char>(restore->replace);
  job.prefixes_links = restore->links == archive::RestoreOptions::Links::prefixed;
}

void begin_plugins(Session& session) {
  auto& plugins = plugins_of(session);
  archive::FileSetChanges changes;
  const auto& includes = session.files.includes;
  for (std::size_t i = 0; i < includes.size(); ++i)
    for (const auto& command : includes[i].plugins) {
      plugins.begin(command);
      for (auto& change : plugins.take_changes()) changes.emplace_back(i, std::move(change));
    }
  archive::change_file_set(session.files, changes);
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
