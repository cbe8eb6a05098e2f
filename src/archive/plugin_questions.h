// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <vector>

#include "plugins/plugin.h"
#include "selection/changes.h"
#include "selection/selection.h"

namespace holdfast::archive {

/// Answers what plugins ask about the files of a backup, on the thread of the walk.
class PluginQuestions final : public plugins::JobFiles {
 public:
  /// `stored_with`: of each Include, the options with which objects of its plugins are stored. All must live as long.
  PluginQuestions(const selection::Selection& selection,
                  const std::vector<selection::FileOptions>& stored_with, selection::Changes& changes)
      : selection_(selection), stored_with_(stored_with), changes_(changes) {}

  /// The Include whose options hold from now on.
  void be_of(std::size_t include) { include_ = include; }
  /// The same for the Include that these options of a file belong to.
  void be_of(const selection::FileOptions& options);

  bool accepts(const plugins::NamedFile& file) override;
  Comparison compare(const plugins::NamedFile& file) override;

 private:
  const selection::Selection& selection_;
  const std::vector<selection::FileOptions>& stored_with_;
  selection::Changes& changes_;
  std::size_t include_ = 0;
};

}  // namespace holdfast::archive
