// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/directive.h"

#include "base/text.h"

namespace holdfast::config {

bool Resource::has(std::string_view directive) const {
  const Directive* known = resource_type == nullptr ? nullptr : resource_type->find_directive(directive);
  if (known == nullptr) return false;
  const std::size_t index = resource_type->index_of(*known);
  return given.test(index) || inherited.test(index);
}

const Directive* ResourceType::find_directive(std::string_view keyword) const {
  for (const Directive& directive : directives) {
    if (equal_ignoring_case(directive.name, keyword)) return &directive;
    if (!directive.alias.empty() && equal_ignoring_case(directive.alias, keyword)) return &directive;
  }
  return nullptr;
}

std::vector<std::string_view> ResourceType::keywords() const {
  std::vector<std::string_view> names;
  for (const Directive& directive : directives) {
    names.push_back(directive.name);
    if (!directive.alias.empty()) names.push_back(directive.alias);
  }
  return names;
}

std::vector<const Directive*> ResourceType::missing(const Resource& resource) const {
  std::vector<const Directive*> missing;
  const auto is_there = resource.given | resource.inherited;
  for (const Directive& directive : directives) {
    if (!directive.is_required || is_there.test(index_of(directive))) continue;
    if (is_exempt == nullptr || !is_exempt(resource, directive)) missing.push_back(&directive);
  }
  return missing;
}

const ResourceType* Component::find_type(std::string_view type_name) const {
  for (const ResourceType& type : types) {
    if (equal_ignoring_case(type.name, type_name)) return &type;
    if (!type.alias.empty() && equal_ignoring_case(type.alias, type_name)) return &type;
  }
  return nullptr;
}

}  // namespace holdfast::config
