// SPDX-License-Identifier: AGPL-3.0-or-later
#include "plugins/plugin_set.h"

#include <fmt/core.h>

#include <algorithm>
#include <exception>

#include "base/error.h"
#include "base/text.h"
#include "plugins/bpipe.h"

namespace holdfast::plugins {

namespace {

bool is_python(std::string_view name) { return name == "python3" || name == "python"; }

bool is_same(std::string_view listed, std::string_view name) {
  return listed == name || (is_python(listed) && is_python(name));
}

bool is_listed(const Settings& settings, std::string_view name) {
  const auto& names = settings.names;
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& listed) { return is_same(listed, name); });
}

bool is_allowed(const Settings& settings, std::string_view name) {
  return settings.names.empty() || is_listed(settings, name);
}

}  // namespace

bool lacks_directory(const Settings& settings, std::string_view command) {
  const auto name = plugin_name(command);
  return settings.directory.empty() && !(name == "bpipe" && is_listed(settings, name));
}

std::vector<std::string> described(const Settings& settings) {
  const auto is_usable = [&](std::string_view name) {
    return is_allowed(settings, name) && !lacks_directory(settings, name);
  };
  std::vector<std::string> lines;
  if (is_usable("bpipe")) lines.emplace_back("bpipe: output and input of programs; built in");
  if (is_usable("python3")) lines.push_back(fmt::format("python3: modules of {}", settings.directory));
  return lines;
}

PluginSet::PluginSet(Settings settings, const std::stop_token& stop)
    : settings_(std::move(settings)), forward_(stop, [this] { ending_.request_stop(); }) {}

PluginSet::~PluginSet() = default;

PluginSet::Kind PluginSet::kind_of(const std::string& command) const {
  const auto name = plugin_name(command);
  if (!is_allowed(settings_, name)) return Kind::unknown;
  if (name == "bpipe") return Kind::bpipe;
  return is_python(name) ? Kind::python : Kind::unknown;
}

Surroundings PluginSet::surroundings() {
  return {settings_, job_, options_, objects_, messages_, files_, ending_.get_token()};
}

PythonPlugin& PluginSet::python(const std::string& command) {
  auto& plugin = python_[command];
  if (!plugin) plugin = std::make_unique<PythonPlugin>(command, surroundings());
  return *plugin;
}

void PluginSet::begin(const std::string& command) {
  if (kind_of(command) == Kind::python && !lacks_directory(settings_, command)) python(command);
}

PythonPlugin& PluginSet::handler(const std::string& command) {
  if (kind_of(command) == Kind::python && !lacks_directory(settings_, command)) return python(command);
  throw Error(ErrorKind::not_found,
              "The plugin \"{}\" of an Options block cannot be used: it takes python3 for that, a Plugin "
              "Directory, and Plugin Names of this File Daemon that allow it",
              printable(command));
}

bool PluginSet::knows_of(std::string_view name) {
  return std::any_of(python_.begin(), python_.end(),
                     [name](const auto& plugin) { return plugin.second && plugin.second->knows_of(name); });
}

ObjectSource& PluginSet::source(const std::string& command) {
  const auto kind = kind_of(command);
  if (kind != Kind::unknown && lacks_directory(settings_, command))
    throw Error(ErrorKind::not_found, "Plugin Directory not defined. Cannot use plugin: \"{}\"", command);
  switch (kind) {
    case Kind::bpipe: return *sources_.emplace_back(std::make_unique<BpipeSource>(command, surroundings()));
    case Kind::python: return python(command);
    case Kind::unknown: break;
  }
  throw Error(
      ErrorKind::not_found,
      "Command plugin \"{}\" not found. There are bpipe and python3, where Plugin Names of this File Daemon "
      "allows them.",
      printable(command));
}

ObjectTarget* PluginSet::target(const std::string& command) {
  const auto kind = kind_of(command);
  if (kind == Kind::unknown || lacks_directory(settings_, command)) return nullptr;
  if (kind == Kind::python) return &python(command);
  auto& target = targets_[command];
  if (!target) target = std::make_unique<BpipeTarget>(command, surroundings());
  return target.get();
}

void PluginSet::end() {
  std::exception_ptr failure;
  for (const auto& [command, plugin] : std::exchange(python_, {})) {
    try {
      if (plugin) plugin->end();
    } catch (...) {
      failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace holdfast::plugins
