// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/directive.h"

#include "base/text.h"

namespace holdfast::config {

bool Resource::has(std::string_view directive) const {
  const Directive* known = type == nullptr ? nullptr : type->find_directive(directive);
  if (known == nullptr) return false;
  const std::size_t index = type->index_of(*known);
  return given.test(index) || inherited.test(index);
}

const Directive* ResourceType::find_directive(std::string_view keyword) const {
  for (const Directive& directive : directives) {
    if (equal_ignoring_case(directive.name, keyword)) return &directive;
    if (!directive.alias.empty() && equal_ignoring_case(directive.alias, keyword)) return &directive;
  }
  return nullptr;
}

Resource* ResourceType::find(void* configuration, std::string_view resource_name) const {
  for (std::size_t i = 0; i < count(configuration); ++i) {
    Resource& resource = at(configuration, i);
    if (resource.name == resource_name) return &resource;
  }
  return nullptr;
}

const ResourceType* Component::find_type(std::string_view type_name) const {
  for (const ResourceType& type : types) {
    if (equal_ignoring_case(type.name, type_name)) return &type;
    if (!type.alias.empty() && equal_ignoring_case(type.alias, type_name)) return &type;
  }
  return nullptr;
}

}  // namespace holdfast::config
