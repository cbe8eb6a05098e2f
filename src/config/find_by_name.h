// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <algorithm>
#include <deque>
#include <string_view>

namespace holdfast::config {

/// Names of resources are case-sensitive. Null where there is none.
template <typename T>
const T* find_by_name(const std::deque<T>& resources, std::string_view name) {
  const auto found =
      std::find_if(resources.begin(), resources.end(), [&](const T& one) { return one.name == name; });
  return found == resources.end() ? nullptr : &*found;
}

}  // namespace holdfast::config
