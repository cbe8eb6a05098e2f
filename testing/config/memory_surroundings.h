// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <string>

#include "config/surroundings.h"

namespace holdfast::testing_support {

/// A world of a few files and commands, kept in maps.
class MemorySurroundings : public config::Surroundings {
 public:
  std::map<std::string, std::string> files;
  std::map<std::string, std::string> commands;  ///< output by the words, joined by blanks
  std::map<std::string, std::string> shell;     ///< what the shell makes of a directory
  std::map<std::string, std::uint16_t> services;

  MemorySurroundings() = default;
  /// With one file, "test.conf".
  explicit MemorySurroundings(std::string text) { files["test.conf"] = std::move(text); }

  Expected<std::string, std::string> read_file(const std::string& path) override;
  /// Knows * and ?; they match / too.
  std::vector<std::string> expand(const std::string& pattern) override;
  Expected<std::string, std::string> run(const std::vector<std::string>& words) override;
  std::optional<std::string> expand_in_shell(const std::string& value) override;
  /// The true MD5 of "" and "secret"; of other texts something that looks like one and differs.
  std::string md5(std::string_view text) override;
  std::optional<std::uint16_t> service_port(const std::string& name) override;
};

}  // namespace holdfast::testing_support
