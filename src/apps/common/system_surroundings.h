// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "config/surroundings.h"

namespace holdfast::apps {

/// The operating system, for reading configurations.
class SystemSurroundings final : public config::Surroundings {
 public:
  Expected<std::string, std::string> read_file(const std::string& path) override;
  std::vector<std::string> expand(const std::string& pattern) override;
  Expected<std::string, std::string> run(const std::vector<std::string>& words) override;
  std::optional<std::string> expand_in_shell(const std::string& value) override;
  std::string md5(std::string_view text) override;
  std::optional<std::uint16_t> service_port(const std::string& name) override;
};

}  // namespace holdfast::apps
