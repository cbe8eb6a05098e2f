// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"

namespace holdfast::config {

/// What the parser needs of the world around it. The programs pass the operating system in, tests a few files
/// in memory. Used by one thread at a time.
class Surroundings {
 public:
  virtual ~Surroundings() = default;

  /// The bytes of a file, or why they cannot be read: "No such file or directory".
  virtual Expected<std::string, std::string> read_file(const std::string& path) = 0;

  /// What the shell pattern matches, sorted; a name without wildcards stands for itself, whether it exists or
  /// not.
  virtual std::vector<std::string> expand(const std::string& pattern) = 0;

  /// Standard output and error of a command, found in PATH and run without a shell (interop 06, section 9.4).
  virtual Expected<std::string, std::string> run(const std::vector<std::string>& words) = 0;

  /// What the user's shell makes of a directory name with variables or wildcards in it; empty where it fails.
  virtual std::optional<std::string> expand_in_shell(const std::string& value) = 0;

  /// 32 lower-case hex digits.
  virtual std::string md5(std::string_view text) = 0;

  /// The TCP port with that name in the host's list of services.
  virtual std::optional<std::uint16_t> service_port(const std::string& name) = 0;
};

}  // namespace holdfast::config
