// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "selection/known_files.h"

namespace holdfast::selection {

/// A list in a file, an LMDB database that has no name any more once this is made, and so is gone however the program
/// ends. In memory it keeps one bit per file, and what the system has room for of the file. Filling it is fast where
/// names come in byte order.
class KnownFilesOnDisk final : public KnownFiles {
 public:
  /// What the names of such files begin with, for those that a crash left in the moment they were made.
  static constexpr std::string_view file_prefix = "holdfast-known-files.";

  /// Throws Error{io} where no file can be made in the directory.
  explicit KnownFilesOnDisk(const std::string& directory);
  ~KnownFilesOnDisk() override;

  void add(std::string_view name, const KnownFile& file) override;
  void complete() override;
  std::optional<KnownFile> find(std::string_view name, Mark mark) override;
  void forget_marks() override;
  void list_unseen(const Visitor& visit) override;

 private:
  class Database;
  std::unique_ptr<Database> database_;
};

/// Removes what a crash left, as far as it can.
void remove_stale_known_files(const std::string& directory);

}  // namespace holdfast::selection
