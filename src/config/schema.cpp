// SPDX-License-Identifier: AGPL-3.0-or-later
#include <nlohmann/json.hpp>

#include "base/job_words.h"
#include "config/data_types.h"
#include "config/directive.h"
#include "config/print.h"
#include "config/value_types.h"

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

/// The type of any directive of the component that the schema calls so; null where there is none.
const ValueType* find_value_type(const Component& component, std::string_view name) {
  for (const ResourceType& type : component.types)
    for (const Directive& directive : type.directives)
      if (directive.type->schema_name() == name) return directive.type;
  return nullptr;
}

/// The words of a keyword type: their number is called after what it stands for.
Json keyword_values(const ValueType& type) {
  Json values = Json::object();
  if (type.schema_name() == types::level.schema_name()) {
    // A word that several types of jobs share stands for the first of them.
    for (const LevelOfType& known : levels_of_types()) {
      const std::string word(level_keyword(known.level));
      if (values.contains(word)) continue;
      values[word] = {{"level", static_cast<int>(known.level)}, {"type", static_cast<int>(known.type)}};
    }
    return values;
  }
  const char* const meaning = type.schema_name() == types::job_type.schema_name() ? "type" : "token";
  for (const auto& [word, code] : type.keywords()) values[std::string(word)] = {{meaning, code}};
  return values;
}

Json block_values(std::string_view block) {
  Json values = Json::object();
  for (const BlockDirective& directive : block_directives()) {
    if (directive.block != block) continue;
    values[std::string(directive.name)] = {{"datatype", directive.datatype},
                                           {"code", directive.code},
                                           {"equals", directive.datatype != "OPTIONS"}};
  }
  return values;
}

Json describe(const Component& component, const DataType& type) {
  Json entry;
  entry["number"] = type.number;
  entry["description"] = type.description;
  const ValueType* known = find_value_type(component, type.name);
  if (known != nullptr && !known->keywords().empty()) {
    entry["class"] = "keyword";
    entry["values"] = keyword_values(*known);
  } else if (Json values = block_values(type.name); !values.empty()) {
    entry["class"] = "sub";
    entry["values"] = std::move(values);
  }
  return entry;
}

}  // namespace

std::string print_schema(const Component& component) {
  Json types = Json::object();
  for (const ResourceType& type : component.types) types[std::string(type.name)] = describe(component, type);
  Json schema;
  schema["format-version"] = 2;
  schema["component"] = component.name;
  schema["version"] = "25.1.0";
  if (&component == &director_component()) {
    for (const DataType& type : data_types())
      schema["datatype"][std::string(type.name)] = describe(component, type);
  }
  schema["resource"][std::string(component.name)] = std::move(types);
  return schema.dump(2) + "\n";
}

}  // namespace holdfast::config
