// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/marks.h"

namespace holdfast::director::console {

void Marks::erase_below(Rules& rules, std::string_view directory) {
  auto at = rules.lower_bound(directory);
  while (at != rules.end() && at->first.starts_with(directory)) at = rules.erase(at);
}

bool Marks::any_marked_below(const Rules& rules, std::string_view directory) {
  for (auto at = rules.lower_bound(directory); at != rules.end() && at->first.starts_with(directory); ++at)
    if (at->second.marked && at->first != directory) return true;
  return false;
}

void Marks::set_below(std::string_view directory, bool marked) {
  erase_below(below_, directory);
  erase_below(exact_, directory);
  below_.emplace(directory, Rule{next_++, marked});
}

void Marks::set(std::string_view path, bool marked) { exact_[std::string(path)] = Rule{next_++, marked}; }

Marks::Rule Marks::inherited(std::string_view path) const {
  Rule newest;
  const auto consider = [&](std::string_view directory) {
    const auto at = below_.find(directory);
    if (at != below_.end() && at->second.order > newest.order) newest = at->second;
  };
  consider("");
  for (auto slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1))
    consider(path.substr(0, slash + 1));
  return newest;
}

bool Marks::is_marked(std::string_view path) const {
  const Rule by_directory = inherited(path);
  const auto exact = exact_.find(path);
  return exact != exact_.end() && exact->second.order > by_directory.order ? exact->second.marked
                                                                           : by_directory.marked;
}

bool Marks::has_marked_below(std::string_view directory) const {
  return inherited(directory).marked || any_marked_below(below_, directory) ||
         any_marked_below(exact_, directory);
}

}  // namespace holdfast::director::console
