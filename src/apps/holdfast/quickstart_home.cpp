// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast/quickstart_home.h"

#include <fmt/core.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>

#include "apps/holdfast/quickstart_templates.h"
#include "base/error.h"
#include "crypto/base64.h"
#include "crypto/random.h"
#include "os/socket.h"

namespace holdfast::apps {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t password_bytes = 24;

std::string fresh_password() {
  return crypto::encode_base64(crypto::random_bytes(password_bytes), crypto::Base64::standard);
}

/// The port itself, or one that the system found free.
std::uint16_t free_port(std::uint16_t usual) {
  for (const std::uint16_t port : {usual, std::uint16_t{0}}) {
    try {
      return os::Listener({{"127.0.0.1", port, os::Family::ipv4}}).addresses().front().port();
    } catch (const Error&) {
      if (port == 0) throw;
    }
  }
  return usual;
}

/// Names in a configuration file stand in double quotes.
std::string quoted(const fs::path& path) {
  std::string text;
  for (const char c : path.string()) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

std::string fill_in(std::string_view text, const std::map<std::string, std::string>& words) {
  std::string result(text);
  for (const auto& [word, value] : words) {
    const std::string mark = "@" + word + "@";
    for (auto at = result.find(mark); at != std::string::npos; at = result.find(mark, at + value.size())) {
      result.replace(at, mark.size(), value);
    }
  }
  return result;
}

}  // namespace

fs::path QuickstartHome::configuration_of(std::string_view program) const {
  return root_ / "etc" / fmt::format("{}.conf", program);
}

fs::path QuickstartHome::log_of(std::string_view program) const {
  return root_ / "log" / fmt::format("{}.log", program);
}

fs::path QuickstartHome::process_file_of(std::string_view program) const {
  return root_ / "work" / fmt::format("{}.pid", program);
}

bool QuickstartHome::is_configured() const { return fs::exists(console_configuration()); }

fs::path QuickstartHome::source() const {
  std::ifstream file(source_file());
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

std::uint16_t QuickstartHome::port_of(std::string_view program) const {
  // The daemon's own resource stands first in its file.
  std::ifstream file(configuration_of(program));
  for (std::string line; std::getline(file, line);) {
    const auto equals = line.find('=');
    if (equals == std::string::npos || line.find("Port") > equals) continue;
    if (const auto port = std::strtoul(line.c_str() + equals + 1, nullptr, 10); port > 0 && port <= 65535) {
      return static_cast<std::uint16_t>(port);
    }
  }
  throw Error(ErrorKind::invalid, "{} names no port", configuration_of(program).string());
}

void QuickstartHome::configure(const fs::path& source) const {
  for (const auto* folder : {"etc", "log", "catalog", "volumes", "restored"})
    fs::create_directories(root_ / folder);
  std::map<std::string, std::string> words{{"ROOT", quoted(root_)},
                                           {"SOURCE", quoted(source)},
                                           {"VOLUMES", quoted(volumes())},
                                           {"CATALOG", quoted(catalog())},
                                           {"CONSOLE_PASSWORD", fresh_password()},
                                           {"SD_PASSWORD", fresh_password()},
                                           {"FD_PASSWORD", fresh_password()}};
  for (const auto& daemon : quickstart_daemons) {
    fs::create_directories(root_ / "work" / daemon.program);
    const auto port = free_port(daemon.usual_port);
    if (port != daemon.usual_port) {
      fmt::print("Port {} is taken; the {} will use {}.\n", daemon.usual_port, daemon.role, port);
    }
    const std::string name(daemon.program == "holdfast-dir"  ? "DIR"
                           : daemon.program == "holdfast-sd" ? "SD"
                                                             : "FD");
    words[name + "_PORT"] = std::to_string(port);
  }
  fs::permissions(root_, fs::perms::owner_all);
  std::ofstream(source_file()) << source.string();
  // The console's file comes last: where it lies, all the others are complete.
  for (const auto& file : quickstart_templates) write(file.file, fill_in(file.text, words));
}

void QuickstartHome::write(std::string_view name, const std::string& text) const {
  const auto path = root_ / "etc" / name;
  std::ofstream file(path, std::ios::trunc);
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  if (!(file << text) || !file.flush()) throw Error(ErrorKind::io, "cannot write {}", path.string());
}

}  // namespace holdfast::apps
