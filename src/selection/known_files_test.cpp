// SPDX-License-Identifier: AGPL-3.0-or-later
#include "selection/known_files.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "base/error.h"
#include "os/file.h"
#include "selection/bounded_known_files.h"
#include "selection/known_entry.h"
#include "testing/tree/temporary_directory.h"

namespace holdfast::selection {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;
using Mark = KnownFiles::Mark;

enum class Kind { in_memory, on_disk, outgrown, outgrown_by_count };

class KnownFilesSuite : public testing::TestWithParam<Kind> {
 protected:
  KnownFilesSuite() {
    const auto directory = directory_.path();
    switch (GetParam()) {
      case Kind::in_memory: files_ = std::make_unique<KnownFilesInMemory>(); break;
      case Kind::on_disk: files_ = std::make_unique<KnownFilesOnDisk>(directory); break;
      // Some entries in memory at a time.
      case Kind::outgrown:
        files_ = std::make_unique<BoundedKnownFiles>(KnownFilesPlace{directory, 2'000'000, UINT64_MAX});
        break;
      case Kind::outgrown_by_count:
        files_ = std::make_unique<BoundedKnownFiles>(KnownFilesPlace{directory, 64'000'000, 0});
        break;
    }
  }

  std::vector<std::string> unseen() {
    std::vector<std::string> names;
    files_->list_unseen([&](std::string_view name, const KnownFile&) { names.emplace_back(name); });
    return names;
  }

  tree::TemporaryDirectory directory_;
  std::unique_ptr<KnownFiles> files_;
};

KnownFile of_size(std::int64_t size) {
  KnownFile file;
  file.stat.size = size;
  return file;
}

TEST_P(KnownFilesSuite, GivesBackEverythingThatIsCompared) {
  KnownFile file;
  file.stat = *format::unpack_stat("gB gAC IGk B Po Bk A O BAA I BlU/EA BlUp+A BlU+Lw F A C");
  file.stat.access_time = -5;
  file.digest = std::string_view("\0\1binary\xff", 9);
  file.delta_sequence = 7;
  files_->add("/etc/hello", file);
  files_->complete();
  const auto found = files_->find("/etc/hello", Mark::none);
  ASSERT_TRUE(found);
  auto expected = file.stat;
  expected.rdev = 0;
  expected.block_size = expected.blocks = 0;
  EXPECT_EQ(found->stat, expected);
  EXPECT_EQ(found->digest, file.digest);
  EXPECT_EQ(found->delta_sequence, 7U);
}

TEST_P(KnownFilesSuite, FindsNothingInAnEmptyList) {
  files_->complete();
  EXPECT_FALSE(files_->find("/a", Mark::seen));
  EXPECT_FALSE(files_->find("", Mark::seen));
  EXPECT_THAT(unseen(), IsEmpty());
}

TEST_P(KnownFilesSuite, ListsWhatWasNotMarked) {
  for (const auto* name : {"/d/", "/d/a", "/d/b", "/e"}) files_->add(name, of_size(1));
  files_->complete();
  EXPECT_TRUE(files_->find("/d/a", Mark::seen));
  EXPECT_TRUE(files_->find("/d/b", Mark::none));
  EXPECT_FALSE(files_->find("/d", Mark::seen)) << "a directory is another name";
  EXPECT_THAT(unseen(), UnorderedElementsAre("/d/", "/d/b", "/e"));
  EXPECT_TRUE(files_->find("/d/a", Mark::none)) << "seen is not gone";
}

TEST_P(KnownFilesSuite, MarksCanBeTakenBack) {
  for (const auto* name : {"/a", "/b", "/c"}) files_->add(name, of_size(1));
  files_->complete();
  for (const auto* name : {"/a", "/b", "/c"}) files_->find(name, Mark::seen);
  files_->find("/b", Mark::unseen);
  EXPECT_THAT(unseen(), UnorderedElementsAre("/b"));
  files_->forget_marks();
  EXPECT_THAT(unseen(), UnorderedElementsAre("/a", "/b", "/c"));
}

TEST_P(KnownFilesSuite, WhatComesLaterReplacesWhatWasThere) {
  files_->add("/a", of_size(1));
  files_->add("/b", of_size(1));
  files_->add("/a", of_size(2));
  files_->complete();
  EXPECT_EQ(files_->find("/a", Mark::seen)->stat.size, 2);
  EXPECT_THAT(unseen(), UnorderedElementsAre("/b"));
}

TEST_P(KnownFilesSuite, TakesNamesOfAnyLengthAndBytes) {
  std::vector<std::string> names{"x", "/with\nline", std::string("/\xff\xfe\x80", 4)};
  for (const std::size_t length : {127U, 128U, 484U, 500U, 501U, 511U, 512U, 5000U, 70'000U}) {
    names.push_back("/" + std::string(length - 1, 'n'));
    names.push_back("/" + std::string(length - 2, 'n') + "m");
  }
  for (std::size_t i = 0; i < names.size(); ++i) files_->add(names[i], of_size(static_cast<std::int64_t>(i)));
  files_->complete();
  EXPECT_THAT(unseen(), testing::UnorderedElementsAreArray(names));
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto found = files_->find(names[i], Mark::seen);
    ASSERT_TRUE(found) << names[i].size();
    EXPECT_EQ(found->stat.size, static_cast<std::int64_t>(i));
  }
  EXPECT_THAT(unseen(), IsEmpty());
}

TEST_P(KnownFilesSuite, AgreesWithAMapOverManyFilesInAnyOrder) {
  const auto seed = std::random_device()();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937 random(seed);
  std::map<std::string, std::int64_t> model;
  for (std::int64_t i = 0; i < 40'000; ++i) {
    const auto name = fmt::format("/directory-{}/file-{}", random() % 300, random() % 1000);
    model[name] = i;
    files_->add(name, of_size(i));
  }
  files_->complete();
  for (int i = 0; i < 50'000; ++i) {
    const auto name = fmt::format("/directory-{}/file-{}", random() % 310, random() % 1000);
    const auto found = files_->find(name, Mark::none);
    const auto known = model.find(name);
    ASSERT_EQ(found.has_value(), known != model.end()) << name;
    if (found) {
      ASSERT_EQ(found->stat.size, known->second) << name;
    }
  }
  for (auto file = model.begin(); file != model.end();) {
    const bool is_met = random() % 3 == 0;
    if (is_met) {
      ASSERT_TRUE(files_->find(file->first, Mark::seen));
    }
    file = is_met ? model.erase(file) : std::next(file);
  }
  std::map<std::string, std::int64_t> left;
  files_->list_unseen(
      [&](std::string_view name, const KnownFile& file) { left.emplace(name, file.stat.size); });
  EXPECT_EQ(left, model);
}

TEST_P(KnownFilesSuite, LeavesNoFileBehind) {
  files_->add("/a", of_size(1));
  files_->complete();
  EXPECT_THAT(os::regular_files(directory_.path()), IsEmpty());
}

std::string name_of(const testing::TestParamInfo<Kind>& test) {
  switch (test.param) {
    case Kind::in_memory: return "InMemory";
    case Kind::on_disk: return "OnDisk";
    case Kind::outgrown: return "Outgrown";
    default: return "OutgrownByCount";
  }
}
INSTANTIATE_TEST_SUITE_P(Every, KnownFilesSuite,
                         testing::Values(Kind::in_memory, Kind::on_disk, Kind::outgrown,
                                         Kind::outgrown_by_count),
                         name_of);

TEST(BoundedKnownFiles, GoesToDiskOnlyWhenItIsLarge) {
  const tree::TemporaryDirectory directory;
  BoundedKnownFiles small({directory.path(), 4'000'000, 10});
  BoundedKnownFiles many({directory.path(), 4'000'000, 9});
  BoundedKnownFiles large({directory.path(), 2'000'000, UINT64_MAX});
  for (int i = 0; i < 10; ++i) {
    small.add(fmt::format("/{}", i), of_size(1));
    many.add(fmt::format("/{}", i), of_size(1));
    large.add(fmt::format("/{}{}", i, std::string(300'000, 'x')), of_size(1));
  }
  for (auto* list : {&small, &many, &large}) list->complete();
  EXPECT_FALSE(small.is_on_disk());
  EXPECT_TRUE(many.is_on_disk());
  EXPECT_TRUE(large.is_on_disk());
}

TEST(KnownFilesOnDisk, SaysWhereItCannotMakeItsFile) {
  try {
    const KnownFilesOnDisk files("/nowhere/at/all");
    FAIL() << "a list without a file";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), testing::HasSubstr("Working Directory: /nowhere/at/all"));
  }
}

TEST(KnownFilesOnDisk, WhatACrashLeftIsRemovedAndNothingElse) {
  const tree::TemporaryDirectory directory;
  for (const auto* name : {"holdfast-known-files.0123456789abcdef", "holdfast-known", "state"})
    os::File(directory.path() + "/" + name, os::File::Mode::create_or_write);
  remove_stale_known_files(directory.path());
  remove_stale_known_files("/nowhere/at/all");
  EXPECT_THAT(os::regular_files(directory.path()), UnorderedElementsAre("holdfast-known", "state"));
}

TEST(KnownEntry, EveryPrefixFailsCleanly) {
  KnownFile file;
  file.stat = *format::unpack_stat("gB gAC IGk B Po Bk A O BAA I BlU/EA BlUp+A BlU+Lw F A C");
  file.digest = "digest";
  std::string bytes;
  append_entry(bytes, file);
  EXPECT_LT(bytes.size(), 50U);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    std::string_view cut(bytes.data(), length);
    EXPECT_FALSE(take_entry(cut)) << length;
  }
}

TEST(KnownEntry, KeepsNumbersOfEverySizeAndSign) {
  for (const std::int64_t value : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{63}, std::int64_t{64},
                                   std::int64_t{-64}, INT64_MAX, INT64_MIN}) {
    KnownFile file;
    file.stat.size = file.stat.change_time = value;
    file.stat.inode = static_cast<std::uint64_t>(value);
    std::string bytes;
    append_entry(bytes, file);
    std::string_view left = bytes;
    EXPECT_EQ(take_entry(left)->stat, file.stat) << value;
    EXPECT_THAT(left, IsEmpty());
  }
}

}  // namespace
}  // namespace holdfast::selection
