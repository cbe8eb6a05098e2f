// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tree/file_target.h"

namespace holdfast::tree {

/// Restores into the file system of this machine.
///
/// The way to a file is walked component by component, keeping the directories of the last path open, so that
/// a file in the same directory costs one call. Symlinks on the way:
/// - in `inside` itself they are followed: the administrator wrote that path;
/// - below `inside` none is followed. Where nothing is given and files return to their original places, those
///   are followed that belong to root or to the user of this process, as administrators make them;
/// - any other symlink fails with ELOOP. So no user can have a restore write elsewhere by putting a symlink in
///   its way, and no symlink in the backup can do it either.
class PosixTarget final : public FileTarget {
 public:
  /// `inside` is the prefix of all paths that will come; empty for the root.
  explicit PosixTarget(std::string inside = {});
  ~PosixTarget() override;

  Outcome<FileStat> stat(const std::string& path) override;
  Outcome<std::unique_ptr<WritableFile>> create_file(const std::string& path,
                                                     std::uint32_t permissions) override;
  Outcome<std::unique_ptr<WritableFile>> open_existing(const std::string& path) override;
  Outcome<std::unique_ptr<WritableFile>> open_to_change(const std::string& path) override;
  Outcome<void> make_directory(const std::string& path, std::uint32_t permissions) override;
  Outcome<void> make_symlink(const std::string& target, const std::string& path) override;
  Outcome<void> make_hard_link(const std::string& existing, const std::string& path) override;
  Outcome<void> make_node(const std::string& path, std::uint32_t mode, std::uint64_t rdev) override;
  Outcome<void> remove(const std::string& path) override;
  Outcome<std::unique_ptr<Attributable>> named(const std::string& path) override;
  std::unique_ptr<FileTarget> another() override;

 private:
  class Way;
  std::string inside_;
  std::unique_ptr<Way> way_;
};

}  // namespace holdfast::tree
