// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/erase.h"

#include <gmock/gmock.h>

#include "testing/archive/made_archive.h"

namespace holdfast::archive {
namespace {

using testing::HasSubstr;
using tree::MemoryTree;

struct Erasing : testing::Test {
  MemoryTree tree;
  MadeArchive archive;
  std::vector<std::string> erased;

  Erasing() { archive.file("/file", "restored"); }
  Result restore(const std::function<std::optional<std::string>(const std::string&)>& outcome) {
    RestoreOptions options;
    options.workers = 1;
    options.erase = [&, outcome](const std::string& path) {
      erased.push_back(path);
      return outcome(path);
    };
    return {archive, tree, options};
  }
  static std::optional<std::string> succeed(const std::string&) { return std::nullopt; }
};

TEST_F(Erasing, ComesBeforeAFileIsReplaced) {
  tree.put("/file", "old");
  const auto result = restore([&](const std::string& path) {
    EXPECT_EQ(content(tree, path), "old");
    return std::nullopt;
  });
  EXPECT_EQ(erased, std::vector<std::string>{"/file"});
  EXPECT_EQ(content(tree, "/file"), "restored");
}

TEST_F(Erasing, MayTakeTheNameAway) {
  tree.put("/file", "old");
  const auto result = restore([&](const std::string& path) {
    EXPECT_TRUE(tree.remove(path));
    return std::nullopt;
  });
  EXPECT_EQ(result.totals.errors, 0U) << result.report.text();
  EXPECT_EQ(content(tree, "/file"), "restored");
}

TEST_F(Erasing, SparesContentThatAnotherNameHolds) {
  tree.put("/file", "old");
  (void)tree.make_hard_link("/file", "/other");
  restore(succeed);
  EXPECT_TRUE(erased.empty());
  EXPECT_EQ(content(tree, "/other"), "old");
  EXPECT_EQ(content(tree, "/file"), "restored");
}

TEST_F(Erasing, ThatFailsLeavesTheFileAndIsAnError) {
  tree.put("/file", "old");
  const auto result = restore([](const std::string&) { return "it is broken"; });
  EXPECT_EQ(result.totals.errors, 1U);
  EXPECT_THAT(result.report.text(), HasSubstr("/file was not replaced: it is broken"));
  EXPECT_EQ(content(tree, "/file"), "old");
}

}  // namespace
}  // namespace holdfast::archive
