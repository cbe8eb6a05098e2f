// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/difference.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "config/directive.h"
#include "config/settings.h"

namespace holdfast::config {

namespace {

/// Each directive with its value as configuration text; lists and blocks joined.
using Values = std::map<std::string, std::string>;
using Resources = std::map<std::string, Values>;

Values values_of(const Resource& resource) {
  Values values;
  for (Setting& setting : settings_of(resource, Shown::everything)) {
    setting.is_absent = false;  // Where a value comes from makes no difference.
    const std::string key = setting.key;
    values[key] += settings_text({std::move(setting)});
  }
  return values;
}

Resources resources_of(const ResourceType& type, const DirectorConfiguration& configuration) {
  Resources resources;
  // The tables reach members through pointers that are not const; nothing is changed.
  auto* reached = const_cast<DirectorConfiguration*>(&configuration);
  for (std::size_t i = 0; i < type.count(&configuration); ++i) {
    const Resource& resource = type.at(reached, i);
    resources[resource.name] = values_of(resource);
  }
  return resources;
}

std::vector<std::string> changed_keys(const Values& before, const Values& after) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : before)
    if (const auto now = after.find(key); now == after.end() || now->second != value) keys.push_back(key);
  for (const auto& [key, value] : after)
    if (!before.contains(key)) keys.push_back(key);
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace

std::string Difference::text() const {
  const std::string whose = fmt::format("{} \"{}\"", resource_type, resource);
  if (what != What::changed) return whose + (what == What::added ? " added" : " removed");
  std::string listed;
  for (const std::string& directive : directives) listed += (listed.empty() ? "" : ", ") + directive;
  return whose + " changed: " + listed;
}

std::vector<Difference> differences(const DirectorConfiguration& before, const DirectorConfiguration& after) {
  using What = Difference::What;
  std::vector<Difference> found;
  for (const ResourceType& type : director_component().types) {
    const std::string type_name(type.name);
    const Resources old_ones = resources_of(type, before);
    const Resources new_ones = resources_of(type, after);
    for (const auto& [name, values] : old_ones) {
      const auto now = new_ones.find(name);
      if (now == new_ones.end())
        found.push_back({What::removed, type_name, name, {}});
      else if (auto keys = changed_keys(values, now->second); !keys.empty())
        found.push_back({What::changed, type_name, name, std::move(keys)});
    }
    for (const auto& [name, values] : new_ones)
      if (!old_ones.contains(name)) found.push_back({What::added, type_name, name, {}});
  }
  return found;
}

}  // namespace holdfast::config
