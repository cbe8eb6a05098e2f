// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>

#include "archive/batcher.h"
#include "archive/plugin_objects.h"
#include "archive/plugin_questions.h"

namespace holdfast::archive {

/// The options of files as they are applied where a plugin saves them. Outlives the pipeline.
using HandledOptions = std::map<const selection::FileOptions*, selection::FileOptions>;

/// Lets the plugins of Options blocks have their say on what a walk finds; all else goes on to the batcher.
class OptionPlugins final : public selection::Visitor {
 public:
  OptionPlugins(Batcher& batcher, PluginObjects& objects, PluginQuestions& questions, HandledOptions& options)
      : batcher_(batcher), objects_(objects), questions_(questions), options_(options) {}

  void found(selection::Found file, tree::Directory* contents) override;
  void examined() override { batcher_.examined(); }
  void leave(std::unique_ptr<tree::Directory> directory) override { batcher_.leave(std::move(directory)); }
  void trouble(Trouble kind, MessageType type, std::string text) override {
    batcher_.trouble(kind, type, std::move(text));
  }

 private:
  const selection::FileOptions& options_for(const selection::Found& file);

  Batcher& batcher_;
  PluginObjects& objects_;
  PluginQuestions& questions_;
  HandledOptions& options_;
};

}  // namespace holdfast::archive
