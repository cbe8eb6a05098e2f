// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/secure_erase.h"

#include <fmt/format.h>

#include "base/text.h"
#include "os/process.h"

namespace holdfast::client {

archive::Erase secure_erase(const std::string& command, std::stop_token stop) {
  if (command.empty()) return {};
  return [words = os::split_command(command),
          stop = std::move(stop)](const std::string& path) -> std::optional<std::string> {
    auto with_path = words;
    with_path.push_back(path);
    std::string last_line;
    const auto keep = [&last_line](std::string_view line) { last_line = line; };
    const auto end = os::run_process(with_path, keep, stop);
    if (end.succeeded()) return std::nullopt;
    auto reason = fmt::format("Secure Erase Command: {}", end.text());
    if (!last_line.empty()) reason += " (" + printable(last_line) + ")";
    return reason;
  };
}

}  // namespace holdfast::client
