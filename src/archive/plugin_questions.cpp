// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/plugin_questions.h"

#include "selection/walk.h"

namespace holdfast::archive {

bool PluginQuestions::accepts(const plugins::NamedFile& file) {
  return selection_.choose(include_, file.name, file.stat.kind()) != nullptr;
}

PluginQuestions::Comparison PluginQuestions::compare(const plugins::NamedFile& file) {
  selection::Found found;
  found.path = file.name;
  found.stat = file.stat;
  found.type = file.type;
  found.options = &selection_.files().includes[include_].options.back();
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
