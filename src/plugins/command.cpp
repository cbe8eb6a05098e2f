// SPDX-License-Identifier: AGPL-3.0-or-later
#include "plugins/command.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace holdfast::plugins {

namespace {

struct Key {
  std::string_view name;
  std::string BpipeCommand::*value;
};
constexpr std::array keys{Key{"file", &BpipeCommand::file}, Key{"reader", &BpipeCommand::reader},
                          Key{"writer", &BpipeCommand::writer}};

/// The key that a part like "reader=cat" begins with.
const Key* key_of(std::string_view part) {
  const auto name = part.substr(0, part.find('='));
  if (name.size() == part.size()) return nullptr;
  const auto found = std::find_if(keys.begin(), keys.end(),
                                  [&](const Key& key) { return equal_ignoring_case(key.name, name); });
  return found == keys.end() ? nullptr : &*found;
}

}  // namespace

std::string_view plugin_name(std::string_view command) { return command.substr(0, command.find(':')); }

std::vector<std::string> split_plugin_command(std::string_view command) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < command.size(); ++i) {
    const bool is_escape =
        command[i] == '\\' && i + 1 < command.size() && (command[i + 1] == ':' || command[i + 1] == '\\');
    if (is_escape) {
      parts.back() += command[++i];
    } else if (command[i] == ':') {
      parts.emplace_back();
    } else {
      parts.back() += command[i];
    }
  }
  return parts;
}

std::optional<std::string> read_bpipe_command(std::string_view command, BpipeCommand& known) {
  auto parts = split_plugin_command(command);
  parts.erase(parts.begin());
  const bool is_named = !parts.empty() && key_of(parts.front()) != nullptr;
  std::size_t position = 0;
  for (const auto& part : parts) {
    if (part.empty() && position >= keys.size()) continue;
    const Key* key = is_named ? key_of(part) : (position < keys.size() ? &keys[position] : nullptr);
    ++position;
    if (key == nullptr && part.empty()) continue;
    if (key == nullptr)
      return fmt::format(
          "\"{}\" is not understood in the plugin command \"{}\"; a colon within a command is written \\:",
          printable(part), printable(command));
    known.*(key->value) = is_named ? part.substr(part.find('=') + 1) : part;
  }
  return std::nullopt;
}

}  // namespace holdfast::plugins
