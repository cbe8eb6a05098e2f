// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/print.h"

#include <fmt/core.h>

#include "config/directive.h"

namespace holdfast::config {

namespace {

/// A required directive that was not given (in JobDefs) has nothing to print.
bool is_printed(const Resource& resource, const Directive& directive) {
  if (directive.type->is_always_printed()) return true;
  if (directive.is_required && resource.given.test(resource.resource_type->index_of(directive))) return true;
  return !directive.type->is_same(directive.value(resource),
                                  directive.value(resource.resource_type->defaults()));
}

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

std::string print_resource(const Resource& resource) {
  const ResourceType& type = *resource.resource_type;
  std::string text = fmt::format("{} {{\n", type.name);
  for (const Directive& directive : type.directives) {
    const bool is_own_print =
        type.print != nullptr && directive.name != "Name" && directive.name != "Description";
    if (!is_own_print && is_printed(resource, directive)) {
      directive.type->print(text, directive, directive.value(resource));
    }
  }
  if (type.print != nullptr) type.print(text, resource);
  return text + "}\n\n";
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
