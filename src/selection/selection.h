// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "base/patterns.h"
#include "selection/fileset.h"
#include "tree/file_stat.h"

namespace holdfast::selection {

/// The patterns of a FileSet, ready to be asked for every file (interop 06, section 8.2). One thread.
///
/// For each Options block in order the first pattern that matches decides: accept, or reject where the block
/// says Exclude. Without a match, the options of the last block apply. Then the Exclude blocks may reject.
class Selection {
 public:
  /// Throws Error{invalid} for a regular expression that cannot be compiled.
  explicit Selection(FileSet files);

  const FileSet& files() const { return files_; }

  /// What to do with a file met on the way; null where it is not wanted. `path` without slash at the end.
  const FileOptions* choose(std::size_t include, const std::string& path, tree::Kind kind) const;

  /// For a File entry itself, which no pattern rejects: everything that any block of its Include switches on.
  const FileOptions& for_entry(std::size_t include) const { return for_entries_[include]; }

 private:
  struct Ready {
    Pattern::Language language;
    Pattern::Applies applies;
    std::string text;
    std::vector<Regex> regex;  ///< one, for regular expressions
  };
  using Block = std::vector<Ready>;

  Block prepared(const FileOptions& options) const;
  bool matches(const Block& block, const FileOptions& options, const std::string& path,
               tree::Kind kind) const;
  bool is_excluded(const std::string& path) const;

  FileSet files_;
  std::vector<std::vector<Block>> blocks_;  ///< per Include, per Options block
  std::vector<FileOptions> for_entries_;    ///< per Include
};

}  // namespace holdfast::selection
