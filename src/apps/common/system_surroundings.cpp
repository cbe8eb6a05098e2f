// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/common/system_surroundings.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "crypto/password.h"
#include "os/errno.h"
#include "os/glob.h"
#include "os/process.h"
#include "os/service_name.h"

namespace holdfast::apps {

Expected<std::string, std::string> SystemSurroundings::read_file(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"), std::fclose);
  if (!file) return unexpected(os::errno_text(errno));
  std::string text;
  std::array<char, 65536> buffer;
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    text.append(buffer.data(), count);
  }
  if (std::ferror(file.get()) != 0) return unexpected(os::errno_text(errno));
  return text;
}

std::vector<std::string> SystemSurroundings::expand(const std::string& pattern) {
  return os::expand_pattern(pattern);
}

Expected<std::string, std::string> SystemSurroundings::run(const std::vector<std::string>& words) {
  if (words.empty()) return unexpected(std::string("there is no command"));
  std::string output;
  const auto end =
      os::run_process(words, [&](std::string_view line) { output.append(line).append("\n"); }, {});
  if (end.how == os::ProcessEnd::How::not_started) return unexpected(end.text());
  return output;
}

std::optional<std::string> SystemSurroundings::expand_in_shell(const std::string& value) {
  const char* shell = std::getenv("SHELL");
  std::optional<std::string> first;
  const auto take_first = [&](std::string_view line) {
    if (!first) first = line;
  };
  const auto end =
      os::run_process({shell != nullptr ? shell : "/bin/sh", "-c", "echo " + value}, take_first, {});
  if (!end.succeeded()) return std::nullopt;
  return first;
}

std::string SystemSurroundings::md5(std::string_view text) { return crypto::md5_hex(text); }

std::optional<std::uint16_t> SystemSurroundings::service_port(const std::string& name) {
  return os::service_port(name);
}

}  // namespace holdfast::apps
