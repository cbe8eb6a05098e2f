// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/plugin_name.h"

#include "base/text.h"

namespace holdfast::format {

std::optional<PluginStart> parse_plugin_start(Bytes payload) {
  auto text = as_text(payload);
  text = text.substr(0, text.find('\0'));
  std::string_view words[3];
  for (auto& word : words) {
    const auto blank = text.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    word = text.substr(0, blank);
    text.remove_prefix(blank + 1);
  }
  const auto index = parse_number<std::int32_t>(words[0]);
  if (!index || words[1] != "1" || text.empty()) return std::nullopt;
  return PluginStart{*index, words[2] != "0", text};
}

std::string plugin_start(bool is_portable, std::string_view command) {
  std::string text = is_portable ? "1 1 " : "1 0 ";
  text += command;
  text += '\0';
  return text;
}

}  // namespace holdfast::format
