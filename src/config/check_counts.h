// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <deque>
#include <string>
#include <utility>

#include "config/parser.h"

namespace holdfast::config {

inline void add_error(Findings& findings, std::string text, const Resource* resource = nullptr) {
  findings.errors.push_back({std::move(text),
                             resource == nullptr ? Place{} : resource->place,
                             resource == nullptr ? std::string() : resource->name,
                             {}});
}

inline void add_warning(Findings& findings, std::string text, const Resource& resource) {
  findings.warnings.push_back({std::move(text), resource.place, resource.name, {}});
}

/// Complains with `text` where there are none.
template <typename T>
void expect_some(const std::deque<T>& resources, std::string text, Findings& findings) {
  if (resources.empty()) add_error(findings, std::move(text));
}

/// Complains with `text`, at the second one, where there are several.
template <typename T>
void expect_one(const std::deque<T>& resources, std::string text, Findings& findings) {
  if (resources.size() > 1) add_error(findings, std::move(text), &resources[1]);
}

/// Daemons without Messages use the first.
template <typename Daemon, typename Configuration>
void use_first_messages(std::deque<Daemon>& daemons, const Configuration& configuration) {
  if (daemons.empty() || configuration.messages.empty()) return;
  if (daemons.front().messages == nullptr) daemons.front().messages = &configuration.messages.front();
}

}  // namespace holdfast::config
