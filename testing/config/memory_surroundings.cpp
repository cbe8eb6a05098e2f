// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/config/memory_surroundings.h"

#include <fmt/core.h>

#include <algorithm>

namespace holdfast::testing_support {

namespace {

bool matches(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  if (pattern[0] == '*') {
    return matches(pattern.substr(1), name) || (!name.empty() && matches(pattern, name.substr(1)));
  }
  return !name.empty() && (pattern[0] == '?' || pattern[0] == name[0]) &&
         matches(pattern.substr(1), name.substr(1));
}

template <typename Value>
std::optional<Value> lookup(const std::map<std::string, Value>& in, const std::string& key) {
  const auto found = in.find(key);
  if (found == in.end()) return std::nullopt;
  return found->second;
}

}  // namespace

Expected<std::string, std::string> MemorySurroundings::read_file(const std::string& path) {
  if (auto text = lookup(files, path)) return *text;
  return unexpected(std::string("No such file or directory"));
}

std::vector<std::string> MemorySurroundings::expand(const std::string& pattern) {
  if (pattern.find_first_of("*?") == std::string::npos) return {pattern};
  std::vector<std::string> found;
  for (const auto& [name, text] : files) {
    if (matches(pattern, name)) found.push_back(name);
  }
  return found;
}

Expected<std::string, std::string> MemorySurroundings::run(const std::vector<std::string>& words) {
  std::string key;
  for (const auto& word : words) key += (key.empty() ? "" : " ") + word;
  if (auto output = lookup(commands, key)) return *output;
  return unexpected(std::string("No such file or directory"));
}

std::optional<std::string> MemorySurroundings::expand_in_shell(const std::string& value) {
  return lookup(shell, value);
}

std::string MemorySurroundings::md5(std::string_view text) {
  if (text.empty()) return "d41d8cd98f00b204e9800998ecf8427e";
  if (text == "secret") return "5ebe2294ecd0e0f08eab7690d2a6ee69";
  const auto hash = std::hash<std::string_view>{}(text);
  return fmt::format("{:016x}{:016x}", hash, ~hash);
}

std::optional<std::uint16_t> MemorySurroundings::service_port(const std::string& name) {
  return lookup(services, name);
}

}  // namespace holdfast::testing_support
