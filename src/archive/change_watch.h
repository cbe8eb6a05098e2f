// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "archive/batch.h"
#include "tree/file_source.h"

namespace holdfast::archive {

/// Notices that a file changed while it was read, so that what was saved may be a mixture of its states.
///
///   ChangeWatch watch;
///   const auto stat = file.stat();
///   ... watch.read(...) for each block
///   watch.finish(found, *stat, file, notices);
///
/// A file that was read at once, and was not changed just before either, is not looked at again: that would cost every file a
/// system call, to notice what happened in a few microseconds. See docs/adr/0505-changed-while-read.md.
class ChangeWatch {
 public:
  enum class Length { as_expected, longer };

  /// Begins before the file is looked at.
  ChangeWatch() : begun_(os::file_time()) {}

  /// A block was read.
  void read(Length length) {
    ++blocks_;
    if (length == Length::longer) is_longer_ = true;
  }

  /// Says what changed since `opened`: with Check File Changes as errors of the job, otherwise as a warning.
  void finish(const selection::Found& found, const tree::FileStat& opened, tree::ReadableFile& file,
              std::vector<Notice>& notices) const;

 private:
  bool must_look_again(const tree::FileStat& opened) const;
  bool has_changed(const tree::FileStat& opened, const tree::Outcome<tree::FileStat>& now) const;

  tree::Timestamp begun_;
  std::size_t blocks_ = 0;
  bool is_longer_ = false;
};

}  // namespace holdfast::archive
