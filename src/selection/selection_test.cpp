// SPDX-License-Identifier: AGPL-3.0-or-later
#include "selection/selection.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <regex>

#include "base/error.h"
#include "base/text.h"
#include "selection/fileset_reader.h"

namespace holdfast::selection {
namespace {

using tree::Kind;

Selection select(std::initializer_list<std::string_view> lines) {
  FileSetReader reader;
  for (const auto line : lines) reader.line(line);
  return Selection(reader.finish());
}

bool accepts(const Selection& selection, const std::string& path, Kind kind = Kind::regular) {
  return selection.choose(0, path, kind) != nullptr;
}

TEST(Selection, TakesEverythingWithoutPatterns) {
  const auto all = select({"I", "O MHAX", "N", "F /", "N"});
  EXPECT_TRUE(accepts(all, "/etc/passwd"));
  EXPECT_EQ(all.choose(0, "/x", Kind::regular)->signature, crypto::DigestKind::md5);
}

TEST(Selection, TheFirstBlockThatMatchesDecides) {
  const auto selection = select(
      {"I", "O HAX", "WF *.keep", "N", "O eHAX", "W *.o", "W *.keep", "N", "O Z6HAX", "N", "F /", "N"});
  EXPECT_TRUE(accepts(selection, "/a/x.keep"));
  EXPECT_FALSE(accepts(selection, "/a/x.keep", Kind::directory));
  EXPECT_FALSE(accepts(selection, "/a/x.o"));
  EXPECT_FALSE(selection.choose(0, "/a/x.keep", Kind::regular)->compression);
  EXPECT_TRUE(selection.choose(0, "/a/x.c", Kind::regular)->compression);
}

TEST(Selection, PatternsForDirectoriesAndFilesApplyToNothingElse) {
  const auto selection =
      select({"I", "O eHAX", "RD ^/rd$", "RF ^/rf$", "WD /wd", "WF /wf", "N", "O HAX", "N", "F /", "N"});
  for (const auto* name : {"/rd", "/wd"}) {
    EXPECT_FALSE(accepts(selection, name, Kind::directory)) << name;
    EXPECT_TRUE(accepts(selection, name, Kind::regular)) << name;
  }
  for (const auto* name : {"/rf", "/wf"}) {
    EXPECT_TRUE(accepts(selection, name, Kind::directory)) << name;
    EXPECT_FALSE(accepts(selection, name, Kind::symlink)) << name;
  }
}

TEST(Selection, AnExcludingBlockWithoutPatternsRejectsTheRest) {
  const auto selection = select({"I", "O HAX", "W *.txt", "N", "O eHAX", "N", "F /", "N"});
  EXPECT_TRUE(accepts(selection, "/a.txt"));
  EXPECT_FALSE(accepts(selection, "/a.doc"));
}

TEST(Selection, IgnoresCaseAndSlashesAsTold) {
  const auto selection = select({"I", "O eiHAX", "W /A*Z", "R /REG", "N", "O eWHAX", "W /b*y", "WB base*",
                                 "N", "O HAX", "N", "F /", "N"});
  EXPECT_FALSE(accepts(selection, "/a/b/z"));
  EXPECT_FALSE(accepts(selection, "/x/regular"));
  EXPECT_FALSE(accepts(selection, "/boy"));
  EXPECT_TRUE(accepts(selection, "/b/y"));
  EXPECT_FALSE(accepts(selection, "/x/base.c"));
  EXPECT_TRUE(accepts(selection, "/x/baseless", Kind::directory));
}

TEST(Selection, ExcludesMatchTheFullPathAndSlashes) {
  const auto selection =
      select({"I", "O HAX", "N", "F /", "N", "E", "O HAX", "N", "F */cache", "F /tmp", "F name", "N"});
  EXPECT_FALSE(accepts(selection, "/home/a/cache", Kind::directory));
  EXPECT_FALSE(accepts(selection, "/tmp"));
  EXPECT_TRUE(accepts(selection, "/tmp/x"));
  EXPECT_TRUE(accepts(selection, "/x/name"));
}

TEST(Selection, EntriesGetWhatAnyBlockSwitchesOn) {
  const auto selection = select({"I", "O MA", "W *.x", "N", "O sX", "N", "F /", "N"});
  const auto& options = selection.for_entry(0);
  EXPECT_TRUE(options.acl && options.sparse && options.extended_attributes && options.signature);
}

TEST(Selection, NamesAWrongExpression) {
  try {
    select({"I", "O HAX", "R a[", "N", "F /", "N"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(error.message().find("a["), std::string::npos);
  }
}

/// Chapter 06, section 8.2, word by word, slowly.
bool reference_accepts(const FileSet& files, const std::string& path, Kind kind) {
  const bool is_directory = kind == Kind::directory;
  const auto matches = [&](const FileOptions& block, Pattern::Language language, Pattern::Applies applies) {
    for (const auto& pattern : block.patterns) {
      if (pattern.language != language || pattern.applies != applies) continue;
      const auto letters =
          block.ignore_case ? std::regex::extended | std::regex::icase : std::regex::extended;
      auto expression = pattern.text;
      if (language == Pattern::Language::wild) {
        expression = "^";
        for (const char c : pattern.text)
          expression += c == '*' ? std::string(".*") : c == '?' ? std::string(".") : std::string(1, c);
        expression += "$";
      }
      if (std::regex_search(path, std::regex(expression, letters))) return true;
    }
    return false;
  };
  const auto narrow = is_directory ? Pattern::Applies::to_directories : Pattern::Applies::to_files;
  for (const auto& block : files.includes[0].options) {
    if (block.exclude && block.patterns.empty()) return false;
    for (const auto language : {Pattern::Language::wild, Pattern::Language::regex})
      for (const auto applies : {narrow, Pattern::Applies::to_all})
        if (matches(block, language, applies)) return !block.exclude;
  }
  return true;
}

TEST(Selection, ChoosesAsTheChapterSaysForAnyPatterns) {
  constexpr std::array kinds{"W", "WD", "WF", "R", "RD", "RF"};
  constexpr std::array wilds{"*a", "/b*", "*/a/*", "/?", "*c?", "*B*"};
  constexpr std::array expressions{"a$", "^/b", "/a/", "^/.$", "c.", "B|C", "(ab)+"};
  std::mt19937 random(20261123);
  const auto pick = [&](const auto& from) { return std::string(from[random() % from.size()]); };
  for (int round = 0; round < 300; ++round) {
    FileSetReader reader;
    std::string text = "I\n";
    for (auto blocks = 1 + random() % 3; blocks > 0; --blocks) {
      text += fmt::format("O {}{}HAX\n", random() % 2 ? "e" : "", random() % 3 == 0 ? "i" : "");
      for (auto patterns = random() % 4; patterns > 0; --patterns) {
        const auto kind = pick(kinds);
        text += kind + " " + (kind[0] == 'W' ? pick(wilds) : pick(expressions)) + "\n";
      }
      text += "N\n";
    }
    text += "F /\nN\n";
    for (const auto line : split(text, '\n')) reader.line(line);
    const auto files = reader.finish();
    const Selection selection(files);
    for (int i = 0; i < 40; ++i) {
      std::string path;
      for (auto parts = 1 + random() % 3; parts > 0; --parts) {
        path += "/";
        for (auto letters = 1 + random() % 2; letters > 0; --letters) path += "abcBC"[random() % 5];
      }
      const auto kind = random() % 2 ? Kind::directory : Kind::regular;
      ASSERT_EQ(selection.choose(0, path, kind) != nullptr, reference_accepts(files, path, kind))
          << "round " << round << ": " << path << (kind == Kind::directory ? " (directory)\n" : "\n") << text;
    }
  }
}

}  // namespace
}  // namespace holdfast::selection
