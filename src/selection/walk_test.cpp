// SPDX-License-Identifier: AGPL-3.0-or-later
#include "selection/walk.h"

#include <gmock/gmock.h>

#include <map>
#include <stdexcept>

#include "os/file_flags.h"
#include "selection/fileset_reader.h"
#include "testing/tree/memory_tree.h"

namespace holdfast::selection {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tree::MemoryTree;

/// What a walk finds and says.
struct Seen final : Visitor {
  std::vector<std::string> paths, texts;

  void found(Found file, tree::Directory*) override { paths.push_back(file.path); }
  void examined() override {}
  void leave(std::unique_ptr<tree::Directory> directory) override { left.push_back(std::move(directory)); }
  void trouble(Trouble, MessageType, std::string text) override { texts.push_back(std::move(text)); }

  std::vector<std::unique_ptr<tree::Directory>> left;
};

/// A list of known files that cannot be read any more, or a plugin that does not answer.
struct FailingAt final : Changes {
  explicit FailingAt(std::string path) : path_(std::move(path)) {}
  Verdict judge(Found& found) override {
    if (found.path == path_) throw std::runtime_error("failed");
    return Verdict::save;
  }

 private:
  std::string path_;
};

Seen walk(MemoryTree& tree, const std::vector<std::string>& lines) {
  FileSetReader reader;
  for (const auto& line : lines) reader.line(line);
  const Selection selection(reader.finish());
  Seen seen;
  EverythingIsNew changes;
  Walk(tree, selection, changes, seen).run({});
  return seen;
}

TEST(Walk, HandsOverAllOpenDirectoriesWhenAnExceptionEndsIt) {
  MemoryTree tree;
  tree.put("/a/b/c/file", "x");
  FileSetReader reader;
  for (const auto* line : {"I", "O ", "N", "F /a", "N"}) reader.line(line);
  const Selection selection(reader.finish());
  for (const auto& [path, open] : std::map<std::string, std::size_t>{{"/a/b/c/file", 4}, {"/a", 2}}) {
    Seen seen;
    FailingAt changes(path);
    EXPECT_THROW(Walk(tree, selection, changes, seen).run({}), std::runtime_error);
    // That of "/a" itself is not handed over where it was not entered yet: nothing was found in it.
    EXPECT_GE(seen.left.size() + (path == "/a" ? 1 : 0), open) << path;
    EXPECT_THAT(seen.left, testing::Each(testing::NotNull()));
  }
}

TEST(Walk, DoesNotEnterWhereThePathIsLongerThanARecordMayBe) {
  MemoryTree tree;
  const std::string name(255, 'n');
  std::string path = "/a";
  for (int depth = 0; depth < 300; ++depth) path += "/" + name;
  tree.put(path, "x");
  FileSetReader reader;
  for (const auto* line : {"I", "O ", "N", "F /a", "N"}) reader.line(line);
  const Selection selection(reader.finish());
  struct NotLookedAt final : Changes {
    Verdict judge(Found&) override { return Verdict::save; }
    void not_looked_at(const std::string& path, const FileOptions&) override { paths.push_back(path); }
    std::vector<std::string> paths;
  } changes;
  Seen seen;
  Walk(tree, selection, changes, seen).run({});
  EXPECT_EQ(seen.paths.size(), 256U);  // 2 + 256 * 255 is the last that is short enough
  ASSERT_EQ(changes.paths.size(), 1U);
  EXPECT_EQ(changes.paths.front().size(), 2U + 256 * 256);
  EXPECT_THAT(seen.texts, ElementsAre(HasSubstr("Could not open directory \"" + changes.paths.front())));
}

/// The lines of an Include with these letters and File entries.
std::vector<std::string> include(const std::string& letters, const std::vector<std::string>& files,
                                 const std::vector<std::string>& more = {}) {
  std::vector<std::string> lines{"I", "O " + letters};
  lines.insert(lines.end(), more.begin(), more.end());
  lines.emplace_back("N");
  for (const auto& file : files) lines.push_back("F " + file);
  lines.emplace_back("N");
  return lines;
}

std::vector<std::string> operator+(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

struct Shadowing : testing::Test {
  MemoryTree tree;
  Shadowing() {
    tree.put("/a/b/c", "x");
    tree.put("/a/d", "x");
    tree.put("/e/f", "x");
  }
};

TEST_F(Shadowing, IsNobodysBusinessWhereItIsNotAskedFor) {
  const auto seen = walk(tree, include("HAX", {"/a", "/a/b"}));
  EXPECT_THAT(seen.paths, ElementsAre("/a/b/c", "/a/b", "/a/d", "/a", "/a/b/c", "/a/b"));
  EXPECT_THAT(seen.texts, IsEmpty());
}

TEST_F(Shadowing, IsWarnedOfOrRemovedInsideAnInclude) {
  const auto warned = walk(tree, include("d1HAX", {"/a/b", "/e", "/a"}));
  EXPECT_THAT(warned.paths, ElementsAre("/a/b/c", "/a/b", "/e/f", "/e", "/a/b/c", "/a/b", "/a/d", "/a"));
  EXPECT_THAT(warned.texts,
              ElementsAre("     File entry \"/a/b\" of the FileSet is saved twice: \"/a\" contains it"));
  const auto removed = walk(tree, include("d2HAX", {"/a/b/", "/e", "/a", "/a/b/c", "/e"}));
  EXPECT_THAT(removed.paths, ElementsAre("/e/f", "/e", "/a/b/c", "/a/b", "/a/d", "/a"));
  EXPECT_THAT(removed.texts,
              ElementsAre(HasSubstr("\"/a/b\" of the FileSet is left out: \"/a\" contains it"),
                          HasSubstr("\"/a/b/c\""), HasSubstr("\"/e\" of the FileSet is left out: \"/e\"")));
}

TEST_F(Shadowing, OfAnotherIncludeCountsWhereItIsAskedForGlobally) {
  const auto two = [](const std::string& letters) {
    return include("HAX", {"/a"}) + include(letters, {"/a/b", "/e"});
  };
  EXPECT_EQ(walk(tree, two("d2HAX")).paths.size(), 8U);
  EXPECT_EQ(walk(tree, two("d3HAX")).paths.size(), 8U);
  EXPECT_EQ(walk(tree, two("d3HAX")).texts.size(), 1U);
  EXPECT_EQ(walk(tree, two("d4HAX")).paths.size(), 6U);
}

TEST_F(Shadowing, NeverRemovesWhatIsSavedOnce) {
  const auto is_kept = [&](const std::vector<std::string>& lines) {
    const auto seen = walk(tree, lines);
    return std::none_of(seen.texts.begin(), seen.texts.end(),
                        [](const std::string& text) { return text.find("of the FileSet") != text.npos; });
  };
  EXPECT_TRUE(is_kept(include("d2hHAX", {"/a", "/a/b/c"}))) << "Recurse = no";
  EXPECT_TRUE(is_kept(include("d2eHAX", {"/a", "/a/b/c"}, {"WD */b"}))) << "left out by a pattern";
  EXPECT_TRUE(is_kept({"I", "Z c", "O d2HAX", "N", "F /a", "F /a/b/c", "N"})) << "Exclude Dir Containing";
  EXPECT_TRUE(is_kept(include("d2z>10:HAX", {"/a", "/a/d"}))) << "of another size";
  ASSERT_TRUE(tree.make_symlink("/e", "/a/link"));
  EXPECT_TRUE(is_kept(include("d2HAX", {"/a", "/a/link/f"}))) << "behind a symlink";
  tree.find("/a/b")->stat.device = 9;
  EXPECT_THAT(walk(tree, include("d2HAX", {"/a", "/a/b"})).paths,
              ElementsAre("/a/b", "/a/d", "/a/link", "/a", "/a/b/c", "/a/b"));
  EXPECT_EQ(walk(tree, include("d2fHAX", {"/a", "/a/b"})).texts.size(), 1U) << "OneFS = no";
}

TEST_F(Shadowing, MayBeByTheRoot) {
  EXPECT_THAT(walk(tree, include("d2HAX", {"/", "/e", "/a/d"})).paths,
              ElementsAre("/a/b/c", "/a/b", "/a/d", "/a", "/e/f", "/e", "/"));
}

TEST(Walk, DoesNotEnterADirectoryThatItIsIn) {
  MemoryTree tree;
  tree.put("/a/b/c/file", "x");
  tree.find("/a/b/c")->stat.inode = tree.find("/a")->stat.inode;
  const auto seen = walk(tree, include("HAX", {"/a"}));
  EXPECT_THAT(seen.paths, ElementsAre("/a/b/c", "/a/b", "/a"));
  EXPECT_THAT(seen.texts, ElementsAre("     /a/b/c is /a once more. Will not descend into it"));
}

TEST(Walk, LeavesOutWhatIsMarkedNotToBeDumpedWhereThatIsHonored) {
  MemoryTree tree;
  for (const auto* path : {"/a/marked/file", "/a/other", "/a/plain"}) tree.put(path, "x");
  for (const auto* path : {"/a", "/a/marked", "/a/other"}) tree.find(path)->stat.flags = os::flag_no_dump;
  EXPECT_THAT(walk(tree, include("NHAX", {"/a"})).paths, ElementsAre("/a/plain", "/a"));
  EXPECT_EQ(walk(tree, include("HAX", {"/a"})).paths.size(), 5U);
}

TEST(Walk, KnowsWhenOneFileSystemShowsAnother) {
  MemoryTree tree;
  tree.put("/a/subvolume/file", "x");
  tree.find("/a/subvolume")->stat.device = 9;
  const auto one = walk(tree, include("HAX", {"/a"}));
  EXPECT_THAT(one.paths, ElementsAre("/a/subvolume", "/a"));
  EXPECT_THAT(one.texts, ElementsAre("     It is a different filesystem. Will not descend from /a into "
                                     "/a/subvolume"));
  const auto all = walk(tree, include("fHAX", {"/a"}));
  EXPECT_THAT(all.texts, IsEmpty());
  EXPECT_THAT(all.paths, ElementsAre("/a/subvolume/file", "/a/subvolume", "/a"));
}

}  // namespace
}  // namespace holdfast::selection
