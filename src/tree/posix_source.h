// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "tree/file_source.h"

namespace holdfast::tree {

/// The files of this machine. Every name is opened relative to its directory, so that a directory that is
/// replaced by a symlink while a backup runs does not lead it elsewhere.
///
/// Making one lets the process open as many files as the system allows it: every level of a tree takes one.
class PosixSource final : public FileSource {
 public:
  PosixSource();
  Outcome<std::unique_ptr<Directory>> open_directory(const std::string& path) override;
};

}  // namespace holdfast::tree
