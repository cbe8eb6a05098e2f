// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/tree/temporary_directory.h"

#include <unistd.h>

#include "os/errno.h"

namespace holdfast::tree {

TemporaryDirectory::TemporaryDirectory()
    : path_((std::filesystem::temp_directory_path() / "holdfast-test-XXXXXX").string()) {
  if (::mkdtemp(path_.data()) == nullptr) os::throw_errno("making a directory for a test");
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

bool is_privileged() { return ::geteuid() == 0; }

}  // namespace holdfast::tree
