// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/plugin_questions.h"

#include <gtest/gtest.h>

#include "archive/plugin_objects.h"
#include "selection/fileset_reader.h"
#include "selection/stored_name.h"
#include "selection/walk.h"

namespace holdfast::archive {
namespace {

/// Knows what was stored as /plugin/x.
class OneKnown final : public selection::Changes {
 public:
  Verdict judge(selection::Found& found) override {
    return known(found) ? Verdict::leave_out : Verdict::save;
  }
  std::optional<selection::KnownFile> known(const selection::Found& file) override {
    const bool is_it = selection::stored_name(file.path, file.options->strip_path) == "/plugin/x";
    return is_it ? std::optional(selection::KnownFile()) : std::nullopt;
  }
};

/// A FileSet whose first Include wants no *.tmp, and whose second strips a path component.
struct Asking {
  Asking() : selection(files()), questions(selection, stored_with, changes) {
    for (const auto& include : selection.files().includes)
      stored_with.push_back(options_for_plugins(include.options.back()));
  }
  static selection::FileSet files() {
    selection::FileSetReader reader;
    for (const char* line :
         {"I", "O Me", "WF *.tmp", "N", "O M", "N", "F /a", "N", "I", "O MP1:", "N", "F /b", "N"})
      reader.line(line);
    return reader.finish();
  }
  const selection::FileOptions& of_a_file(std::size_t include) const {
    return *selection.choose(include, "/some/file", tree::Kind::regular);
  }
  static plugins::NamedFile file(const std::string& name) {
    return {name, "", format::FileType::regular, {.mode = 0100600}};
  }

  selection::Selection selection;
  std::vector<selection::FileOptions> stored_with;
  OneKnown changes;
  PluginQuestions questions;
};

TEST(PluginQuestions, AreAnsweredByTheIncludeOfTheFileInWork) {
  Asking asking;
  EXPECT_FALSE(asking.questions.accepts(Asking::file("/x.tmp")));
  asking.questions.be_of(asking.of_a_file(1));
  EXPECT_TRUE(asking.questions.accepts(Asking::file("/x.tmp")));
  asking.questions.be_of(asking.of_a_file(0));
  EXPECT_FALSE(asking.questions.accepts(Asking::file("/x.tmp")));
  asking.questions.be_of(asking.selection.for_entry(1));
  EXPECT_TRUE(asking.questions.accepts(Asking::file("/x.tmp")));
}

TEST(PluginQuestions, CompareWithTheNamesUnderWhichObjectsAreStored) {
  Asking asking;
  for (const std::size_t include : {0U, 1U}) {
    asking.questions.be_of(include);
    EXPECT_TRUE(asking.questions.compare(Asking::file("/plugin/x")).was_saved) << include;
    EXPECT_FALSE(asking.questions.compare(Asking::file("/plugin/x")).is_changed) << include;
    EXPECT_FALSE(asking.questions.compare(Asking::file("/b/plugin/x")).was_saved) << include;
  }
}

}  // namespace
}  // namespace holdfast::archive
