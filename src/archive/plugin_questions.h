// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "plugins/plugin.h"
#include "selection/changes.h"
#include "selection/selection.h"

namespace holdfast::archive {

/// Answers what plugins ask about the files of a backup, on the thread of the walk.
class PluginQuestions final : public plugins::JobFiles {
 public:
  PluginQuestions(const selection::Selection& selection, selection::Changes& changes)
      : selection_(selection), changes_(changes) {}

  /// The Include whose options hold from now on.
  void be_of(std::size_t include) { include_ = include; }

  bool accepts(const plugins::NamedFile& file) override;
  Comparison compare(const plugins::NamedFile& file) override;

 private:
  const selection::Selection& selection_;
  selection::Changes& changes_;
  std::size_t include_ = 0;
};

}  // namespace holdfast::archive
