// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/bootstrap_file.h"

#include <fmt/core.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "base/error.h"

namespace holdfast::director {

std::string new_bootstrap_path(const std::string& folder, const std::string& director) {
  static std::atomic<unsigned> count{0};
  return fmt::format("{}/{}.restore.{}.bsr", folder, director, ++count);
}

void write_bootstrap_file(const std::string& path, const format::Bootstrap& bootstrap) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << format::to_text(bootstrap);
  file.close();
  if (!file) throw Error(ErrorKind::io, "Unable to create bootstrap file {}.", path);
}

BootstrapFile::BootstrapFile(std::string path, const format::Bootstrap& bootstrap) : path_(std::move(path)) {
  write_bootstrap_file(path_, bootstrap);
}

BootstrapFile::BootstrapFile(const config::DirectorConfiguration& configuration,
                             const format::Bootstrap& bootstrap)
    : BootstrapFile(
          new_bootstrap_path(configuration.director().working_directory, configuration.director().name),
          bootstrap) {}

BootstrapFile::~BootstrapFile() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

}  // namespace holdfast::director
