// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>

#include "config/director_resources.h"
#include "format/bootstrap.h"

namespace holdfast::director {

/// "<folder>/<director>.restore.<n>.bsr", another one with every call.
std::string new_bootstrap_path(const std::string& folder, const std::string& director);

/// Throws Error{io} where the file cannot be written.
void write_bootstrap_file(const std::string& path, const format::Bootstrap& bootstrap);

/// The bootstrap of one job, written to a file of the working directory as long as this lives, so that an operator
/// finds there what the job reads.
class BootstrapFile {
 public:
  BootstrapFile(std::string path, const format::Bootstrap& bootstrap);
  BootstrapFile(const config::DirectorConfiguration& configuration, const format::Bootstrap& bootstrap);
  ~BootstrapFile();
  BootstrapFile(const BootstrapFile&) = delete;
  BootstrapFile& operator=(const BootstrapFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace holdfast::director
