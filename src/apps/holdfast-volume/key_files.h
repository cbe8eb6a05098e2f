// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/common/command_line.h"
#include "crypto/key_ring.h"

namespace holdfast::apps {

/// Files with keys, from the command line.
struct KeyFiles {
  std::vector<std::string> keys;
  std::vector<std::string> signers;

  void add_to(CommandLine& line);
  /// Throws Error where one holds no key that can be used.
  std::shared_ptr<const crypto::KeyRing> ring() const;
};

}  // namespace holdfast::apps
