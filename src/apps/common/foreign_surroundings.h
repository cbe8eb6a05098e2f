// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "apps/common/system_surroundings.h"

namespace holdfast::apps {

/// For reading a configuration that a console named, in a running daemon: it reads regular files of bounded size and does
/// nothing else. No command is run, no shell is asked, and no device or pipe can hold the daemon up.
class ForeignSurroundings final : public config::Surroundings {
 public:
  Expected<std::string, std::string> read_file(const std::string& path) override;
  std::vector<std::string> expand(const std::string& pattern) override { return system_.expand(pattern); }
  /// Always refused.
  Expected<std::string, std::string> run(const std::vector<std::string>& words) override;
  /// The value as it is written.
  std::optional<std::string> expand_in_shell(const std::string& value) override { return value; }
  std::string md5(std::string_view text) override { return system_.md5(text); }
  std::optional<std::uint16_t> service_port(const std::string& name) override {
    return system_.service_port(name);
  }

 private:
  SystemSurroundings system_;
};

}  // namespace holdfast::apps
