// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "selection/known_files_in_memory.h"
#include "selection/known_files_on_disk.h"

namespace holdfast::selection {

/// Where a list may lie.
struct KnownFilesPlace {
  std::string directory;                       ///< for the file of a large one
  std::size_t memory = std::size_t{64} << 20;  ///< what a list in memory may take, in bytes
  std::uint64_t most_in_memory = UINT64_MAX;   ///< and how many files
};

/// A list in memory as long as it is small, on disk when it has outgrown that.
class BoundedKnownFiles final : public KnownFiles {
 public:
  explicit BoundedKnownFiles(KnownFilesPlace place) : place_(std::move(place)) {}

  void add(std::string_view name, const KnownFile& file) override;
  void complete() override;
  std::optional<KnownFile> find(std::string_view name, Mark mark) override { return list().find(name, mark); }
  void forget_marks() override { list().forget_marks(); }
  void list_unseen(const Visitor& visit) override { list().list_unseen(visit); }

  bool is_on_disk() const { return disk_ != nullptr; }

 private:
  KnownFiles& list() { return disk_ ? static_cast<KnownFiles&>(*disk_) : memory_; }
  void spill();

  KnownFilesPlace place_;
  // Once there is a file, this gathers what is added, so that it reaches the file in order of the names.
  KnownFilesInMemory memory_;
  std::unique_ptr<KnownFilesOnDisk> disk_;
};

}  // namespace holdfast::selection
