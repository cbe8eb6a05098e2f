// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "os/posix_acl.h"
#include "testing/tree/memory_tree.h"
#include "testing/tree/snapshot.h"
#include "testing/tree/temporary_directory.h"
#include "tree/posix_source.h"
#include "tree/posix_target.h"

namespace holdfast::tree {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

/// A source and a target over the same files, and where in them the test may play.
struct World {
  virtual ~World() = default;
  virtual FileSource& source() = 0;
  virtual FileTarget& target() = 0;
  virtual std::string root() = 0;
};

struct MemoryWorld final : World {
  FileSource& source() override { return tree; }
  FileTarget& target() override { return tree; }
  std::string root() override { return ""; }
  MemoryTree tree;
};

struct PosixWorld final : World {
  FileSource& source() override { return posix_source; }
  FileTarget& target() override { return posix_target; }
  std::string root() override { return directory.path(); }
  TemporaryDirectory directory;
  PosixSource posix_source;
  PosixTarget posix_target{directory.path()};
};

/// What every pair of source and target must do; runs over all of them.
class Tree : public testing::TestWithParam<std::unique_ptr<World> (*)()> {
 protected:
  std::string at(const std::string& path) { return world_->root() + path; }
  void write(const std::string& path, std::string_view content) {
    auto file = target().create_file(at(path), 0644);
    ASSERT_TRUE(file) << file.error().message();
    ASSERT_TRUE((*file)->write_at(0, as_bytes(content)));
    ASSERT_TRUE((*file)->close());
  }
  std::unique_ptr<Directory> open(const std::string& path = "/") {
    auto directory = source().open_directory(at(path));
    return directory ? std::move(*directory) : nullptr;
  }
  std::string read(const std::string& name) {
    auto file = open()->open_file(name, Directory::AccessTime::keep);
    Buffer content(100);
    content.resize((*file)->read(content).value());
    return std::string(as_text(content));
  }
  FileSource& source() { return world_->source(); }
  FileTarget& target() { return world_->target(); }

 private:
  std::unique_ptr<World> world_ = GetParam()();
};

INSTANTIATE_TEST_SUITE_P(Memory, Tree, testing::Values([]() -> std::unique_ptr<World> {
                           return std::make_unique<MemoryWorld>();
                         }));
INSTANTIATE_TEST_SUITE_P(Posix, Tree, testing::Values([]() -> std::unique_ptr<World> {
                           return std::make_unique<PosixWorld>();
                         }));

TEST_P(Tree, ReadsBackWhatWasWritten) {
  write("/file", "content");
  EXPECT_EQ(read("file"), "content");
  EXPECT_EQ(open()->stat("file")->size, 7);
  EXPECT_EQ(open()->stat("file")->kind(), Kind::regular);
}

TEST_P(Tree, WritesBehindHolesAndSetsSizes) {
  auto file = target().create_file(at("/file"), 0600);
  ASSERT_TRUE((*file)->write_at(3, as_bytes("abc")));
  ASSERT_TRUE((*file)->write_at(0, as_bytes("x")));
  ASSERT_TRUE((*file)->write_at(1, as_bytes("y")));
  ASSERT_TRUE((*file)->set_size(8));
  EXPECT_EQ(read("file"), std::string("xy\0abc\0\0", 8));
  ASSERT_TRUE((*file)->set_size(1));
  EXPECT_EQ(read("file"), "x");
}

TEST_P(Tree, ListsNamesOfEveryKind) {
  ASSERT_TRUE(target().make_directory(at("/directory"), 0755));
  ASSERT_TRUE(target().make_symlink("no/where", at("/link")));
  ASSERT_TRUE(target().make_node(at("/fifo"), 0010600, 0));
  write("/new\nline", "");
  write("/\xff\xfe", "");
  std::vector<std::string> names;
  const auto directory = open();
  while (const auto entry = directory->next().value()) names.emplace_back(entry->name);
  EXPECT_THAT(names, UnorderedElementsAre("directory", "link", "fifo", "new\nline", "\xff\xfe"));
  EXPECT_EQ(directory->stat("directory")->kind(), Kind::directory);
  EXPECT_EQ(directory->stat("link")->kind(), Kind::symlink);
  EXPECT_EQ(directory->stat("fifo")->kind(), Kind::fifo);
  EXPECT_EQ(directory->read_link("link").value(), "no/where");
}

TEST_P(Tree, ListsEveryNameOfALargeDirectory) {
  std::set<std::string> made, listed;
  for (int i = 0; i < 3000; ++i) made.insert(fmt::format("a name that is not short, number {}", i));
  for (const auto& name : made) write("/" + name, "");
  const auto directory = open();
  while (const auto entry = directory->next().value())
    EXPECT_TRUE(listed.insert(std::string(entry->name)).second);
  EXPECT_EQ(listed, made);
  EXPECT_FALSE(directory->next().value());
}

TEST_P(Tree, KeepsOwnersModesAndTimes) {
  write("/file", "x");
  const auto named = target().named(at("/file")).value();
  const auto before = open()->stat("file").value();
  ASSERT_TRUE(named->set_owner({before.uid, before.gid}));
  ASSERT_TRUE(named->set_mode(04751));
  ASSERT_TRUE(named->set_times({1'500'000'000, 0}, {1'600'000'000, 5}));
  const auto stat = open()->stat("file").value();
  EXPECT_EQ(stat.mode, 0104751U);
  EXPECT_EQ(stat.access, (Timestamp{1'500'000'000, 0}));
  EXPECT_EQ(stat.modification, (Timestamp{1'600'000'000, 5}));
}

TEST_P(Tree, SetsTimesOfTheSymlinkItself) {
  write("/file", "x");
  ASSERT_TRUE(target().make_symlink("file", at("/link")));
  const auto named = target().named(at("/link")).value();
  ASSERT_TRUE(named->set_mode(0600));
  ASSERT_TRUE(named->set_times({1, 0}, {2, 0}));
  EXPECT_EQ(open()->stat("link")->modification, (Timestamp{2, 0}));
  EXPECT_NE(open()->stat("file")->modification, (Timestamp{2, 0}));
  EXPECT_NE(open()->stat("file")->mode, 0100600U);
}

TEST_P(Tree, MakesHardLinks) {
  write("/one", "same");
  ASSERT_TRUE(target().make_hard_link(at("/one"), at("/two")));
  const auto one = open()->stat("one").value(), two = open()->stat("two").value();
  EXPECT_TRUE(one.is_same_file(two));
  EXPECT_EQ(two.links, 2U);
}

TEST_P(Tree, KeepsExtendedAttributes) {
  write("/file", "x");
  const auto named = target().named(at("/file")).value();
  const std::string large(1500, 'v');
  const auto set = named->set_attribute("user.large", as_bytes(large));
  if (!set && set.error() == std::errc::operation_not_supported) GTEST_SKIP() << "no attributes here";
  ASSERT_TRUE(named->set_attribute("user.empty", {}));
  ASSERT_TRUE(named->set_attribute("user.gone", as_bytes("x")));
  ASSERT_TRUE(named->remove_attribute("user.gone"));
  ASSERT_TRUE(named->remove_attribute("user.never"));
  const auto expected = UnorderedElementsAre(ExtendedAttribute{"user.large", to_buffer(large)},
                                             ExtendedAttribute{"user.empty", {}});
  EXPECT_THAT(open()->attributes("file").value(), expected);
  EXPECT_THAT((*open()->open_file("file", Directory::AccessTime::keep))->attributes().value(), expected);
}

TEST_P(Tree, TellsWhyNot) {
  write("/file", "x");
  ASSERT_TRUE(target().make_directory(at("/full"), 0755));
  write("/full/inside", "x");
  EXPECT_EQ(open()->stat("none").error(), std::errc::no_such_file_or_directory);
  EXPECT_EQ(open()->open_directory("file").error(), std::errc::not_a_directory);
  EXPECT_EQ(target().create_file(at("/file"), 0600).error(), std::errc::file_exists);
  EXPECT_EQ(target().make_directory(at("/none/below"), 0700).error(), std::errc::no_such_file_or_directory);
  EXPECT_EQ(target().remove(at("/full")).error(), std::errc::directory_not_empty);
  EXPECT_EQ(target().create_file(at("/full/../climbing"), 0600).error(), std::errc::invalid_argument);
}

TEST_P(Tree, RemovesFilesSymlinksAndEmptyDirectories) {
  write("/file", "x");
  ASSERT_TRUE(target().make_directory(at("/empty"), 0755));
  write("/empty/file", "x");
  ASSERT_TRUE(target().make_symlink("file", at("/link")));
  for (const auto* path : {"/link", "/empty/file", "/empty", "/file"})
    EXPECT_TRUE(target().remove(at(path))) << path;
  EXPECT_THAT(snapshot(source(), at("/")).size(), 1U);
}

TEST_P(Tree, NeverGoesThroughAForeignSymlink) {
  ASSERT_TRUE(target().make_directory(at("/outside"), 0755));
  ASSERT_TRUE(target().make_symlink("outside", at("/link")));
  EXPECT_EQ(target().create_file(at("/link/file"), 0600).error(), std::errc::too_many_symbolic_link_levels);
  EXPECT_FALSE(open()->open_file("link", Directory::AccessTime::keep));
  EXPECT_FALSE(open()->open_directory("link"));
}

TEST_P(Tree, FindsItsWayInADirectoryThatWasMadeAgain) {
  ASSERT_TRUE(target().make_directory(at("/d"), 0755));
  write("/d/file", "x");
  ASSERT_TRUE(target().remove(at("/d/file")));
  ASSERT_TRUE(target().remove(at("/d")));
  ASSERT_TRUE(target().make_directory(at("/d"), 0755));
  write("/d/again", "x");
  EXPECT_TRUE(open("/d")->stat("again"));
}

TEST_P(Tree, ReachesFarBelow) {
  std::string path;
  for (int depth = 0; depth < 300; ++depth) {
    path += "/d";
    ASSERT_TRUE(target().make_directory(at(path), 0755)) << depth;
  }
  write(path + "/deep", "x");
  write("/d/d/shallow", "x");
  write(path + "/deep again", "x");
  EXPECT_EQ(snapshot(source(), at("/")).size(), 304U);
}

TEST(PosixTarget, GivesNothingTheAclsOfItsDirectory) {
  TemporaryDirectory directory;
  PosixTarget target(directory.path());
  const auto parent = directory.path() + "/parent";
  ASSERT_TRUE(target.make_directory(parent, 0755));
  const auto acl = *os::acl_value("user::rwx\nuser:1234:rwx\ngroup::r-x\nmask::rwx\nother::r-x\n");
  if (!(*target.named(parent))->set_attribute("system.posix_acl_default", acl))
    GTEST_SKIP() << "no ACLs here";
  PosixTarget again(directory.path());
  ASSERT_TRUE(again.create_file(parent + "/file", 0600));
  ASSERT_TRUE(again.make_directory(parent + "/directory", 0700));
  PosixSource source;
  const auto opened = *source.open_directory(parent);
  EXPECT_THAT(opened->attributes("file").value(), testing::IsEmpty());
  EXPECT_THAT(opened->attributes("directory").value(), testing::IsEmpty());
}

TEST(PosixTarget, FollowsSymlinksOfTheAdministratorOnlyToOriginalPlaces) {
  TemporaryDirectory directory;
  PosixTarget original;
  ASSERT_TRUE(original.make_directory(directory.path() + "/real", 0755));
  ASSERT_TRUE(original.make_symlink("real", directory.path() + "/link"));
  EXPECT_TRUE(original.create_file(directory.path() + "/link/one", 0600));
  PosixTarget elsewhere(directory.path());
  EXPECT_FALSE(elsewhere.create_file(directory.path() + "/link/two", 0600));
  PosixTarget through(directory.path() + "/link");
  EXPECT_TRUE(through.create_file(directory.path() + "/link/three", 0600));
  if (!is_privileged()) return;
  ASSERT_TRUE((*original.named(directory.path() + "/link"))->set_owner({12345, 12345}));
  EXPECT_FALSE(PosixTarget().create_file(directory.path() + "/link/four", 0600));
}

}  // namespace
}  // namespace holdfast::tree
