// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/common/foreign_surroundings.h"

#include <filesystem>

namespace holdfast::apps {
namespace {

constexpr std::uintmax_t most_bytes = 16 * 1024 * 1024;

}  // namespace

Expected<std::string, std::string> ForeignSurroundings::read_file(const std::string& path) {
  std::error_code error;
  const bool is_file = std::filesystem::is_regular_file(path, error);
  if (error) return unexpected(error.message());
  if (!is_file) return unexpected(std::string("Not a regular file"));
  const auto size = std::filesystem::file_size(path, error);
  if (error) return unexpected(error.message());
  if (size > most_bytes) return unexpected(std::string("File too large"));
  return system_.read_file(path);
}

Expected<std::string, std::string> ForeignSurroundings::run(const std::vector<std::string>&) {
  return unexpected(std::string("commands are not run for a configuration that is only looked at"));
}

}  // namespace holdfast::apps
