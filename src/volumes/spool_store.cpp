// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/spool_store.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.h"

namespace holdfast::volumes {

SpoolFile::SpoolFile(const std::string& path) : file_(path, os::File::Mode::create_or_write) {
  file_.resize(0);
}

SpoolFile::~SpoolFile() {
  try {
    os::remove_file(file_.path());
  } catch (const Error&) {
    // The next start of the daemon removes it.
  }
}

std::string spool_path(const std::string& directory, const std::string& daemon, std::uint32_t job_id,
                       const std::string& job, const std::string& device) {
  auto name = fmt::format("{}.data.{}.{}.{}.spool", daemon, job_id, job, device);
  std::replace(name.begin(), name.end(), '/', '_');
  return directory + "/" + name;
}

std::size_t remove_leftover_spools(const std::string& directory, const std::string& daemon) {
  // Not all that begins with the name: the files of "disk2-sd" are none of "disk"'s.
  const auto of_data = daemon + ".data.";
  const auto of_attributes = daemon + ".attr.";
  std::size_t removed = 0;
  for (const auto& name : os::regular_files(directory)) {
    const bool is_ours = name.starts_with(of_data) || name.starts_with(of_attributes);
    if (!is_ours || !name.ends_with(".spool")) continue;
    os::remove_file(fmt::format("{}/{}", directory, name));
    ++removed;
  }
  return removed;
}

}  // namespace holdfast::volumes
