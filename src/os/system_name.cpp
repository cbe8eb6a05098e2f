// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/system_name.h"

#include <fstream>
#include <sstream>

#include "base/text.h"

namespace holdfast::os {

namespace {
std::string_view unquoted(std::string_view value) {
  const bool quoted = value.size() >= 2 && (value.front() == '"' || value.front() == '\'');
  return quoted && value.back() == value.front() ? value.substr(1, value.size() - 2) : value;
}

std::string contents_of(const char* path) {
  const std::ifstream file(path);
  std::ostringstream contents;
  contents << file.rdbuf();
  return contents.str();
}
}  // namespace

SystemName parse_os_release(std::string_view contents) {
  SystemName name;
  for (const std::string_view line : split(contents, '\n')) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view value = unquoted(trim(line.substr(equals + 1)));
    if (value.empty()) continue;
    if (line.substr(0, equals) == "PRETTY_NAME") name.text = value;
    if (line.substr(0, equals) == "ID") name.platform = value;
  }
  return name;
}

const SystemName& system_name() {
  static const SystemName name = parse_os_release(contents_of("/etc/os-release"));
  return name;
}

}  // namespace holdfast::os
