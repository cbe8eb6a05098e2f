// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/leftovers.h"

#include <gmock/gmock.h>

#include "testing/client/director_double.h"
#include "testing/client/storage_double.h"

namespace holdfast::client {
namespace {

using testing::Contains;
using testing::HasSubstr;
using namespace testing_support;

/// A client that restores to where it saved "/data" from, which has a new file since.
struct Restoring : testing::Test {
  ClientWorld world;
  StorageDouble storage;
  std::vector<std::string> messages;

  Restoring() {
    world.source = &world.restored;
    world.restored.put("/data/a", "one");
    world.restored.put("/data/sub/b", "two");
    world.storage.channels.push_back(storage.connect());
    {
      DirectorDouble director(world);
      director.start_job("/data");
      EXPECT_EQ(director.backup().files, 4U);
    }
    storage.wait();
    world.restored.put("/data/new/file", "new");
    world.storage.channels.push_back(storage.connect());
  }
  JobStatus restore(const std::string& options) {
    DirectorDouble director(world);
    director.start_job("/data");
    EXPECT_EQ(director.ask(options), "2000 OK restoreoptions\n");
    const auto status = director.restore("/").status;
    messages = director.messages;
    return status;
  }
  bool is_new_file_there() { return world.restored.find("/data/new/file") != nullptr; }
};

TEST_F(Restoring, DeletesWhatIsNotInTheBackup) {
  EXPECT_EQ(restore("restoreoptions delete=1 files=4\n"), JobStatus::terminated)
      << testing::PrintToString(messages);
  EXPECT_EQ(world.restored.find("/data/new"), nullptr);
  EXPECT_NE(world.restored.find("/data/sub/b"), nullptr);
  EXPECT_THAT(messages, Contains(HasSubstr("Not in the backup: 1 files and 1 directories were deleted")));
}

TEST_F(Restoring, DeletesNothingWhereMoreFilesWereExpected) {
  EXPECT_EQ(restore("restoreoptions delete=1 files=5\n"), JobStatus::terminated);
  EXPECT_TRUE(is_new_file_there());
  EXPECT_THAT(messages, Contains(HasSubstr("4 of 5 files were restored")));
}

TEST_F(Restoring, IsRefusedWhereItIsToDeleteAndGoesToAnotherPlace) {
  DirectorDouble director(world);
  director.start_job("/data");
  EXPECT_EQ(director.ask("restoreoptions delete=1 files=4\n"), "2000 OK restoreoptions\n");
  EXPECT_EQ(director.ask("storage address=sd1 port=9103 ssl=0 Authorization=another\n"), "2000 OK storage\n");
  EXPECT_EQ(director.ask("restore replace=a prelinks=0 where=/elsewhere\n"), "2000 OK restore\n");
  EXPECT_EQ(director.end_of_job().status, JobStatus::fatal);
  EXPECT_TRUE(is_new_file_there());
  EXPECT_THAT(director.messages, Contains(HasSubstr("needs a restore to the original place")));
}

TEST_F(Restoring, DeletesNothingUnasked) {
  EXPECT_EQ(restore("restoreoptions inplace=1\n"), JobStatus::terminated);
  EXPECT_TRUE(is_new_file_there());
}

}  // namespace
}  // namespace holdfast::client
