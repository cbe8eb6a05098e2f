// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/print.h"

#include <fmt/core.h>

#include "config/directive.h"

namespace holdfast::config {

namespace {

std::string print_type(const ResourceType& type, const void* configuration) {
  std::string text;
  for (std::size_t i = 0; i < type.count(configuration); ++i) {
    text += print_resource(type.at(const_cast<void*>(configuration), i));
  }
  return text;
}

std::string print_all(const Component& component, const void* configuration) {
  std::string text;
  for (const ResourceType& type : component.types) text += print_type(type, configuration);
  return text;
}

}  // namespace

std::string print_resource(const Resource& resource, Shown shown) {
  return fmt::format("{} {{\n{}}}\n\n", resource.resource_type->name,
                     settings_text(settings_of(resource, shown)));
}

std::string print_configuration(const DirectorConfiguration& configuration) {
  return print_all(director_component(), &configuration);
}
std::string print_configuration(const StorageConfiguration& configuration) {
  return print_all(storage_component(), &configuration);
}
std::string print_configuration(const FileDaemonConfiguration& configuration) {
  return print_all(file_daemon_component(), &configuration);
}
std::string print_configuration(const ConsoleConfiguration& configuration) {
  return print_all(console_component(), &configuration);
}

std::optional<std::string> print_resources(const DirectorConfiguration& configuration,
                                           std::string_view type_name, std::string_view name) {
  const ResourceType* type = director_component().find_type(type_name);
  if (type == nullptr) return std::nullopt;
  if (name.empty()) return print_type(*type, &configuration);
  for (std::size_t i = 0; i < type->count(&configuration); ++i) {
    const Resource& resource = type->at(const_cast<DirectorConfiguration*>(&configuration), i);
    if (resource.name == name) return print_resource(resource);
  }
  return "No ***UNKNOWN*** resource defined\n";
}

}  // namespace holdfast::config
