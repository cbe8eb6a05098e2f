// SPDX-License-Identifier: AGPL-3.0-or-later
#include <nlohmann/json.hpp>

#include "config/directive.h"
#include "config/print.h"

namespace holdfast::config {

namespace {

using Json = nlohmann::ordered_json;

unsigned code_of(const Component& component, const Directive& directive) {
  const ResourceType* target = component.find_type(directive.type->refers_to());
  return target == nullptr ? directive.code : target->code;
}

std::string default_of(const ResourceType& type, const Directive& directive) {
  if (!directive.default_words.empty()) return std::string(directive.default_words);
  if (!directive.has_default) return {};
  return directive.type->default_text(directive.value(type.defaults()));
}

Json describe(const Component& component, const ResourceType& type, const Directive& directive,
              bool is_alias) {
  Json entry;
  entry["datatype"] = directive.type->schema_name();
  entry["code"] = code_of(component, directive);
  if (is_alias) entry["alias"] = true;
  const std::string value = default_of(type, directive);
  const bool is_shown_empty = directive.default_words.data() != nullptr;
  if (!value.empty() || is_shown_empty) entry["default_value"] = value;
  if (directive.is_platform_specific) entry["platform_specific"] = true;
  if (!directive.deprecated.empty()) entry["deprecated"] = true;
  entry["equals"] = !directive.is_block;
  if (directive.is_required) entry["required"] = true;
  if (!directive.since.empty() || !directive.deprecated.empty()) {
    entry["versions"] = std::string(directive.since) + "-" + std::string(directive.deprecated);
  }
  entry["description"] = directive.help;
  return entry;
}

Json describe(const Component& component, const ResourceType& type) {
  Json directives = Json::object();
  for (const Directive& directive : type.directives) {
    directives[std::string(directive.name)] = describe(component, type, directive, false);
    if (!directive.alias.empty()) {
      directives[std::string(directive.alias)] = describe(component, type, directive, true);
    }
  }
  return directives;
}

}  // namespace

std::string print_schema(const Component& component) {
  Json types = Json::object();
  for (const ResourceType& type : component.types) types[std::string(type.name)] = describe(component, type);
  Json schema;
  schema["format-version"] = 2;
  schema["component"] = component.name;
  schema["version"] = "25.1.0";
  schema["resource"][std::string(component.name)] = std::move(types);
  return schema.dump(2) + "\n";
}

}  // namespace holdfast::config
