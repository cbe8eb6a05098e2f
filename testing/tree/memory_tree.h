// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "tree/file_source.h"
#include "tree/file_target.h"

namespace holdfast::tree {

/// A file system in memory, for reading and writing. Any thread may use it, also while another one changes it. Names come in alphabetical order. Times are those that were set, and `now` for what is new.
class MemoryTree final : public FileSource, public FileTarget {
 public:
  struct Node {
    FileStat stat;
    Buffer content;
    std::string link;
    std::optional<std::uint64_t> mount;  ///< where not just that of its device; of this directory only
    ExtendedAttributes attributes;
    std::map<std::string, std::shared_ptr<Node>> children;
  };

  MemoryTree();

  /// As a test sees it: makes the file and its parents, or replaces the content.
  void put(const std::string& path, std::string_view content);
  /// The node itself, null where there is none. To change what has no call of its own, before threads start.
  Node* find(const std::string& path);

  Outcome<std::unique_ptr<Directory>> open_directory(const std::string& path) override;

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

  Timestamp now{1'700'000'000, 0};
  std::uint64_t device = 1;
  bool tells_mounts = true;
  /// How many bytes may still be written before the file system is full; removing gives none back.
  std::uint64_t room = UINT64_MAX;

 private:
  friend class MemoryDirectory;
  friend class MemoryReadable;
  friend class MemoryWritable;
  struct Found {
    std::shared_ptr<Node> parent;
    std::string name;
    std::shared_ptr<Node> node;  ///< null where the name is free
  };

  Outcome<Found> look_up(const std::string& path);
  Outcome<std::shared_ptr<Node>> add(const std::string& path, std::uint32_t mode);

  std::mutex mutex_;
  std::shared_ptr<Node> root_;
  std::uint64_t last_inode_ = 1;
};

}  // namespace holdfast::tree
