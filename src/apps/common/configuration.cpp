// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/common/configuration.h"

#include <fmt/core.h>

#include <cstdio>
#include <filesystem>

#include "apps/common/command_line.h"
#include "apps/common/system_surroundings.h"
#include "base/error.h"
#include "config/console_resources.h"
#include "config/directive.h"
#include "config/director_resources.h"
#include "config/file_daemon_resources.h"
#include "config/print.h"
#include "config/storage_resources.h"
#include "os/program_name.h"

namespace holdfast::apps {

namespace {

/// What belongs to each of the four configurations.
template <typename Configuration>
struct Facts {
  const char* own_name;
  const char* peer_name;
  config::Loaded<Configuration> (*load)(const std::string&, config::Surroundings&, config::Depth);
  const config::Component& (*component)();
};
template <typename Configuration>
constexpr Facts<Configuration> facts_of;
template <>
constexpr Facts<config::DirectorConfiguration> facts_of<config::DirectorConfiguration>{
    "holdfast-dir", "bareos-dir", config::load_director, config::director_component};
template <>
constexpr Facts<config::StorageConfiguration> facts_of<config::StorageConfiguration>{
    "holdfast-sd", "bareos-sd", config::load_storage, config::storage_component};
template <>
constexpr Facts<config::FileDaemonConfiguration> facts_of<config::FileDaemonConfiguration>{
    "holdfast-fd", "bareos-fd", config::load_file_daemon, config::file_daemon_component};
template <>
constexpr Facts<config::ConsoleConfiguration> facts_of<config::ConsoleConfiguration>{
    "holdfast-console", "bconsole", config::load_console, config::console_component};

/// The file or the pattern of the include directory of that name; empty where there is neither.
std::string source_in(const std::filesystem::path& directory, const std::string& name) {
  std::error_code ignored;
  const auto file = directory / (name + ".conf");
  if (std::filesystem::exists(file, ignored)) return file.string();
  const auto includes = directory / (name + ".d");
  if (std::filesystem::is_directory(includes, ignored)) return (includes / "*" / "*.conf").string();
  return {};
}

}  // namespace

template <typename Configuration>
std::string configuration_source(const std::string& path) {
  constexpr const auto& facts = facts_of<Configuration>;
  std::error_code ignored;
  if (!path.empty() && !std::filesystem::is_directory(path, ignored)) return path;
  std::vector<std::filesystem::path> directories{path.empty() ? configuration_directory : path};
  if (path.empty() && !os::program_name().starts_with("holdfast"))
    directories.emplace_back(peer_configuration_directory);
  for (const auto& directory : directories) {
    for (const char* name : {facts.own_name, facts.peer_name}) {
      if (auto source = source_in(directory, name); !source.empty()) return source;
    }
  }
  std::string looked_in;
  for (const auto& directory : directories)
    looked_in += (looked_in.empty() ? "\"" : "\" or \"") + directory.string();
  throw NoConfiguration(
      ErrorKind::not_found,
      "Failed to find configuration files under directory {}\". Did look for {}.conf, {}.d, {}.conf and "
      "{}.d. Name a file or a directory with -c.",
      looked_in, facts.own_name, facts.own_name, facts.peer_name, facts.peer_name);
}

template <typename Configuration>
config::Loaded<Configuration> load_configuration(const std::string& source, config::Depth depth) {
  SystemSurroundings surroundings;
  return facts_of<Configuration>.load(source, surroundings, depth);
}

void report_errors(const std::string& program, const std::vector<config::Finding>& errors) {
  for (const auto& error : errors) {
    const auto where =
        error.place.line == 0 ? std::string() : fmt::format(" at {}:{}", error.place.file, error.place.line);
    fmt::print(stderr, "{}: CONFIG ERROR{}\nConfig error: {}\n\n", program, where, error.render());
  }
}

void report_warnings(const std::vector<config::Finding>& warnings) {
  if (warnings.empty()) return;
  fmt::print(stderr, "There are configuration warnings:\n");
  for (const auto& warning : warnings) fmt::print(stderr, " * {}\n", warning.text);
}

template <typename Configuration>
std::shared_ptr<const Configuration> configuration_or_report(const std::string& program,
                                                             const std::string& path) {
  try {
    auto loaded = load_configuration<Configuration>(configuration_source<Configuration>(path));
    report_errors(program, loaded.errors);
    if (!loaded.is_good()) return nullptr;
    report_warnings(loaded.warnings);
    return std::make_shared<const Configuration>(std::move(loaded.value));
  } catch (const Error& error) {
    fmt::print(stderr, "{}: {}\n", program, error.message());
    return nullptr;
  }
}

template <typename Configuration>
int export_configuration(const std::string& program, const std::string& source,
                         const std::vector<std::string>& selection) {
  const auto loaded = load_configuration<Configuration>(source, config::Depth::parsed);
  report_errors(program, loaded.errors);
  if (!loaded.is_good()) return exit_configuration;
  if constexpr (std::is_same_v<Configuration, config::DirectorConfiguration>) {
    if (!selection.empty()) {
      const std::string name = selection.size() > 1 ? selection[1] : std::string();
      const auto text = config::print_resources(loaded.value, selection[0], name);
      if (text) fmt::print("{}", *text);
      return text && !text->starts_with("No *") ? exit_success : exit_failure;
    }
  }
  fmt::print("{}", config::print_configuration(loaded.value));
  return exit_success;
}

template <typename Configuration>
int export_schema() {
  fmt::print("{}", config::print_schema(facts_of<Configuration>.component()));
  return exit_success;
}

// NOLINTBEGIN(bugprone-macro-parentheses)
#define HOLDFAST_CONFIGURATION(Type)                                                         \
  template std::string configuration_source<Type>(const std::string&);                       \
  template config::Loaded<Type> load_configuration<Type>(const std::string&, config::Depth); \
  template std::shared_ptr<const Type> configuration_or_report<Type>(const std::string&,     \
                                                                     const std::string&);    \
  template int export_configuration<Type>(const std::string&, const std::string&,            \
                                          const std::vector<std::string>&);                  \
  template int export_schema<Type>()
// NOLINTEND(bugprone-macro-parentheses)

HOLDFAST_CONFIGURATION(config::DirectorConfiguration);
HOLDFAST_CONFIGURATION(config::StorageConfiguration);
HOLDFAST_CONFIGURATION(config::FileDaemonConfiguration);
HOLDFAST_CONFIGURATION(config::ConsoleConfiguration);

}  // namespace holdfast::apps
