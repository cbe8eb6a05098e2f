// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/selection.h"

#include <gtest/gtest.h>

#include "archive/fileset_reader.h"
#include "base/error.h"

namespace holdfast::archive {
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

}  // namespace
}  // namespace holdfast::archive
