// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "selection/fileset.h"

namespace holdfast::selection {

/// Builds a FileSet from the lines of the `fileset` command (interop 02, section 4).
///
/// `F |command` and `F <file` stay as they are: whoever runs the job expands them.
class FileSetReader {
 public:
  /// One packet, with or without its line end. Throws Error{invalid} "Invalid FileSet command: ..." with the
  /// line; after that the reader is of no more use.
  void line(std::string_view text);

  /// What was read; adds default options where a block has none.
  FileSet finish();

  /// Letters that nobody knows, each skipped; for a warning of the job.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  enum class Block { none, include, exclude };

  FileOptions& options();
  void open_block(Block block);
  bool add_pattern(std::string_view line);
  bool add_item(std::string_view line);
  bool add_option(std::string_view line);

  FileSet fileset_;
  Block block_ = Block::none;
  bool options_open_ = false;
  std::vector<std::string> warnings_;
};

}  // namespace holdfast::selection
