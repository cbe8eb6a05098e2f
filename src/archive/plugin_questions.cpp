// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/plugin_questions.h"

#include <algorithm>

#include "selection/walk.h"

namespace holdfast::archive {

void PluginQuestions::be_of(const selection::FileOptions& options) {
  const auto is_it = [&](const selection::FileOptions& each) { return &each == &options; };
  const auto& includes = selection_.files().includes;
  for (std::size_t i = 0; i < includes.size(); ++i) {
    const auto& blocks = includes[i].options;
    if (is_it(selection_.for_entry(i)) || std::any_of(blocks.begin(), blocks.end(), is_it)) include_ = i;
  }
}

bool PluginQuestions::accepts(const plugins::NamedFile& file) {
  return selection_.choose(include_, file.name, file.stat.kind()) != nullptr;
}

PluginQuestions::Comparison PluginQuestions::compare(const plugins::NamedFile& file) {
  selection::Found found;
  found.path = file.name;
  found.stat = file.stat;
  found.type = file.type;
  found.options = &stored_with_[include_];
  Comparison result;
  if (const auto known = changes_.known(found)) {
    result.was_saved = true;
    result.delta_sequence = known->delta_sequence;
  }
  // Where only contents could tell, the plugin has to save it: nobody else can read it.
  result.is_changed = changes_.judge(found) != selection::Changes::Verdict::leave_out;
  return result;
}

}  // namespace holdfast::archive
