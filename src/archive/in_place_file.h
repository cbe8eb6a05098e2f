// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>

#include "tree/file_target.h"

namespace holdfast::archive {

/// What is counted of a file that is changed where it lies.
struct Unchanged {
  std::uint64_t bytes = 0;  ///< that were there already
};

/// A file that gets its restored content where it lies: only blocks that differ are written, so that media that wear and file
/// systems that share blocks are spared, and the inode stays. Whatever the content does not name becomes zeros, as in a file
/// made anew; what lies behind its end is cut off when it gets its owner, which comes first, or by close().
class InPlaceFile final : public tree::WritableFile {
 public:
  /// `size` is what the file has now. `unchanged` must live as long.
  InPlaceFile(std::unique_ptr<tree::WritableFile> file, std::uint64_t size, Unchanged& unchanged)
      : file_(std::move(file)), size_(size), unchanged_(unchanged) {}

  tree::Outcome<void> write_at(std::uint64_t offset, Bytes data) override;
  tree::Outcome<void> set_size(std::uint64_t size) override;
  tree::Outcome<void> close() override;

  tree::Outcome<tree::FileStat> stat() override { return file_->stat(); }
  tree::Outcome<std::size_t> read_at(std::uint64_t offset, MutableBytes into) override {
    return file_->read_at(offset, into);
  }
  tree::Outcome<void> clear(std::uint64_t offset, std::uint64_t size) override {
    return file_->clear(offset, size);
  }
  tree::Outcome<void> set_owner(tree::Owner owner) override;
  tree::Outcome<void> set_mode(std::uint32_t permissions) override { return file_->set_mode(permissions); }
  tree::Outcome<void> set_times(tree::Timestamp access, tree::Timestamp modification) override;
  tree::Outcome<void> set_attribute(const std::string& name, Bytes value) override {
    return file_->set_attribute(name, value);
  }
  tree::Outcome<void> remove_attribute(const std::string& name) override {
    return file_->remove_attribute(name);
  }
  tree::Outcome<void> set_flags(std::uint32_t flags) override { return file_->set_flags(flags); }

 private:
  tree::Outcome<void> write_where_different(std::uint64_t offset, Bytes block);
  tree::Outcome<void> cut();

  std::unique_ptr<tree::WritableFile> file_;
  std::uint64_t size_;     ///< that the file has now
  std::uint64_t end_ = 0;  ///< of the content so far
  bool is_cut_ = false;
  Unchanged& unchanged_;
  Buffer present_;
};

}  // namespace holdfast::archive
