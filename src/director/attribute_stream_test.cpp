// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/attribute_stream.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "testing/base/manual_clock.h"
#include "testing/catalog/temporary_catalog.h"

namespace holdfast::director {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Attributes : public ::testing::Test {
 protected:
  Attributes() { stream_.start(JobId(1)); }

  void add(std::int32_t index, std::int32_t stream, const std::string& data) {
    wire::AttributesUpdate update;
    update.file_index = index;
    update.stream = stream;
    update.data = as_bytes(data);
    stream_.add(update);
  }
  void add_file(std::int32_t index, int type, const std::string& name, const std::string& delta = "0") {
    std::string data = std::to_string(index) + " " + std::to_string(type) + " " + name;
    data += '\0';
    data += "P0A gAB";
    for (const std::string& field : {std::string(), std::string(), std::string(), delta})
      data += field + '\0';
    add(index, 1, data);
  }

  /// "index path|name digest delta" of each row.
  std::vector<std::string> rows() {
    stream_.finish();
    std::vector<std::string> found;
    catalog_->files().list(JobId(1), [&](const catalog::FileRow& row) {
      found.push_back(
          fmt::format("{} {}|{} {} {}", row.file_index, row.path, row.name, row.digest, row.delta));
      return true;
    });
    return found;
  }

  testing_support::ManualClock clock_;
  catalog::TemporaryCatalog files_;
  std::unique_ptr<catalog::Catalog> catalog_ = files_.open();
  ConsoleMessages console_{files_.folder() / "messages"};
  messages::Outlets outlets_{messages::OutletSettings()};
  JobLog log_{clock_, "dir", nullptr, console_, outlets_, "%H:%M", [](const catalog::LogRow&) {}};
  AttributeStream stream_{catalog_->files(), log_};
};

TEST_F(Attributes, ADigestBelongsToTheFileBeforeIt) {
  add_file(1, 3, "/etc/passwd");
  add(1, 3, std::string("\xb1\x94\x6a\xc9\x24\x92\xd2\x34\x7c\x62\x35\xb4\xd2\x61\x11\x84", 16));
  add_file(2, 5, "/etc/");
  add_file(3, 3, "@bpipe@");
  EXPECT_THAT(rows(),
              ElementsAre("1 /etc/|passwd sZRqySSS0jR8YjW00mERhA 0", "2 /etc/| 0 0", "3 @bpipe@| 0 0"));
  EXPECT_EQ(stream_.records(), 3U);
  EXPECT_EQ(stream_.last_index(), 3U);
}

TEST_F(Attributes, ADigestOfAnotherFileIsReportedAndLeftOut) {
  add_file(1, 3, "/a");
  add(2, 3, "0123456789abcdef");
  EXPECT_THAT(rows(), ElementsAre("1 /|a 0 0"));
  EXPECT_THAT(console_.take(), ElementsAre(HasSubstr("not same File=2 as attributes=1")));
}

TEST_F(Attributes, ADeletedFileHasIndexZeroAndNoDigest) {
  add_file(4, 23, "/etc/gone");
  add(4, 3, "0123456789abcdef");
  EXPECT_THAT(rows(), ElementsAre("0 /etc/|gone 0 0"));
  EXPECT_EQ(stream_.records(), 1U);
}

TEST_F(Attributes, OnlyRegularFilesHaveADeltaSequence) {
  add_file(1, 3, "/a", "7");
  add_file(2, 4, "/b", "7");
  EXPECT_THAT(rows(), ElementsAre("1 /|a 0 7", "2 /|b 0 0"));
}

TEST_F(Attributes, ManyFilesAreStoredInBatchesAndAllOfThem) {
  for (int i = 1; i <= 12'000; ++i) add_file(i, 3, "/d" + std::to_string(i / 100) + "/f" + std::to_string(i));
  EXPECT_GE(catalog_->files().count(JobId(1)), 10'000U) << "nothing was stored on the way";
  stream_.finish();
  EXPECT_EQ(catalog_->files().count(JobId(1)), 12'000U);
}

TEST_F(Attributes, ARestoreObjectKeepsItsBytes) {
  std::string data = "5 25 0 3 3 0 plugin";
  data += '\0';
  data += "name";
  data += '\0';
  data += std::string("a\0b", 3);
  data += '\0';
  add(5, 28, data);
  const auto objects = catalog_->files().restore_objects(std::array{JobId(1)});
  ASSERT_THAT(objects, ::testing::SizeIs(1));
  EXPECT_EQ(objects[0].object, std::string("a\0b", 3));
  EXPECT_EQ(objects[0].name, "name");
  EXPECT_EQ(stream_.records(), 1U);
}

TEST_F(Attributes, BrokenRecordsEndTheJob) {
  EXPECT_THROW(add(0, 1, "0 3 /a"), Error);
  EXPECT_THROW(add(-1, 1, "-1 3 /a"), Error);
  EXPECT_THROW(add(1, 1, ""), Error);
  EXPECT_THROW(add(1, 1, "nonsense"), Error);
  EXPECT_THROW(add(1, 28, "1 25 0 99 99 0 plugin"), Error);
  std::string truncated = "1 25 0 99 99 0 plugin";
  truncated += '\0';
  truncated += "name";
  truncated += '\0';
  EXPECT_THROW(add(1, 28, truncated + "short"), Error);
  EXPECT_THAT(rows(), IsEmpty());
}

}  // namespace
}  // namespace holdfast::director
