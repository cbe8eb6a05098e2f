// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/load.h"

#include <fmt/core.h>

#include "base/text.h"
#include "config/checks.h"
#include "config/directive.h"
#include "config/inheritance.h"

namespace holdfast::config {

namespace {

template <typename Configuration>
Loaded<Configuration> load(const Component& component, const std::string& pattern, Surroundings& surroundings,
                           Depth depth) {
  Loaded<Configuration> loaded;
  Findings findings = parse(component, &loaded.value, pattern, surroundings);
  if (depth == Depth::checked && findings.errors.empty()) {
    if constexpr (std::is_same_v<Configuration, DirectorConfiguration>) inherit_job_defs(loaded.value);
    check(loaded.value, pattern, findings);
  }
  loaded.errors = std::move(findings.errors);
  loaded.warnings = std::move(findings.warnings);
  return loaded;
}

std::vector<GivenDirective> given(const Component& component, const void* configuration) {
  std::vector<GivenDirective> found;
  for (const ResourceType& type : component.types) {
    for (std::size_t i = 0; i < type.count(configuration); ++i) {
      const Resource& resource = type.at(const_cast<void*>(configuration), i);
      for (const Directive& directive : type.directives) {
        if (!resource.given.test(type.index_of(directive))) continue;
        found.push_back({std::string(type.name), resource.name, std::string(directive.name)});
      }
    }
  }
  return found;
}

}  // namespace

std::string Finding::render() const {
  std::string rendered = text;
  if (place.line == 0) return rendered;
  rendered += fmt::format("\n            : line {}, col {} of file {}", place.line, place.column, place.file);
  if (!line.empty()) rendered += "\n" + printable(line);
  return rendered;
}

Loaded<DirectorConfiguration> load_director(const std::string& pattern, Surroundings& surroundings,
                                            Depth depth) {
  return load<DirectorConfiguration>(director_component(), pattern, surroundings, depth);
}
Loaded<StorageConfiguration> load_storage(const std::string& pattern, Surroundings& surroundings,
                                          Depth depth) {
  return load<StorageConfiguration>(storage_component(), pattern, surroundings, depth);
}
Loaded<FileDaemonConfiguration> load_file_daemon(const std::string& pattern, Surroundings& surroundings,
                                                 Depth depth) {
  return load<FileDaemonConfiguration>(file_daemon_component(), pattern, surroundings, depth);
}
Loaded<ConsoleConfiguration> load_console(const std::string& pattern, Surroundings& surroundings,
                                          Depth depth) {
  return load<ConsoleConfiguration>(console_component(), pattern, surroundings, depth);
}

std::vector<GivenDirective> given_directives(const DirectorConfiguration& configuration) {
  return given(director_component(), &configuration);
}
std::vector<GivenDirective> given_directives(const StorageConfiguration& configuration) {
  return given(storage_component(), &configuration);
}
std::vector<GivenDirective> given_directives(const FileDaemonConfiguration& configuration) {
  return given(file_daemon_component(), &configuration);
}

}  // namespace holdfast::config
