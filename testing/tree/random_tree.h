// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "tree/file_target.h"

namespace holdfast::tree {

struct RandomTreeOptions {
  int objects = 60;
  std::size_t largest_file = 700'000;
  /// Owners, device nodes, capabilities: what only root can make.
  bool privileged = true;
  /// Whether the target takes extended attributes and ACLs.
  bool attributes = true;
};

/// Makes a tree of every kind of file below `root`, which must exist: odd names, empty and sparse files, hard
/// links, devices, owners, set-id bits, ACLs, extended attributes, capabilities. The same seed makes the same tree.
void make_random_tree(FileTarget& target, const std::string& root, std::uint32_t seed,
                      const RandomTreeOptions& options = {});

}  // namespace holdfast::tree
