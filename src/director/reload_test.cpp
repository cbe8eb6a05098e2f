// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gmock/gmock.h>

#include "config/load.h"
#include "testing/config/memory_surroundings.h"
#include "testing/director/lab.h"

namespace holdfast::director {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace testing_support;

class Reload : public ::testing::Test {
 protected:
  bool reload_with(const std::string& more) {
    lab_.configuration_at_reload = more;
    lab_.console_messages();
    return lab_.director().reload();
  }

  Lab lab_;
};

TEST_F(Reload, SaysWhatChanged) {
  EXPECT_TRUE(reload_with("Pool { Name = Extra; PoolType = Backup }\n"));
  EXPECT_THAT(lab_.console_messages(), HasSubstr("lab-dir: Reloaded the configuration:\n"));
  EXPECT_TRUE(reload_with("Pool { Name = Extra; PoolType = Backup }\n"));
  EXPECT_THAT(lab_.console_messages(), HasSubstr("nothing changed"));
  EXPECT_TRUE(reload_with("Pool { Name = Extra; PoolType = Backup; MaximumVolumes = 3 }\n"));
  EXPECT_THAT(lab_.console_messages(), HasSubstr("Pool \"Extra\" changed: MaximumVolumes\n"));
}

TEST_F(Reload, GivesNewResourcesTheirRows) {
  EXPECT_FALSE(lab_.open_catalog()->pools().find("Extra"));
  EXPECT_TRUE(reload_with("Pool { Name = Extra; PoolType = Backup; MaximumVolumes = 3 }\n"));
  ASSERT_TRUE(lab_.open_catalog()->pools().find("Extra"));
  EXPECT_EQ(lab_.open_catalog()->pools().find("Extra")->max_volumes, 3U);
  EXPECT_TRUE(reload_with("Pool { Name = Extra; PoolType = Backup; MaximumVolumes = 5 }\n"));
  EXPECT_EQ(lab_.open_catalog()->pools().find("Extra")->max_volumes, 5U);
}

TEST_F(Reload, WithErrorsChangesNothingAndTellsThemAll) {
  const auto before = lab_.director().configuration();
  EXPECT_FALSE(reload_with("Pool { Name = Extra; PoolType = Nonsense }\nClient { Name = x; Address = y }\n"));
  EXPECT_EQ(lab_.director().configuration(), before);
  EXPECT_FALSE(lab_.open_catalog()->pools().find("Extra"));
  EXPECT_THAT(lab_.console_messages(),
              AllOf(HasSubstr("Nonsense"), HasSubstr("\"Password\" directive in Client \"x\""),
                    HasSubstr("Please correct the configuration in test.conf\n"),
                    HasSubstr("Resetting to previous configuration.\n")));
}

TEST_F(Reload, LeavesJobsTheConfigurationTheyStartedWith) {
  auto request = lab_.request("mini");
  request.when = unix_seconds(lab_.clock.now()) + 3600;
  const JobId job = lab_.director().run(request);
  const std::weak_ptr<const config::DirectorConfiguration> first = request.configuration;
  EXPECT_TRUE(reload_with("Pool { Name = Extra; PoolType = Backup }\n"));
  EXPECT_NE(lab_.director().configuration(), first.lock());
  ASSERT_EQ(lab_.director().running_jobs().size(), 1U);
  EXPECT_EQ(lab_.director().running_jobs()[0].id, job);
  EXPECT_TRUE(lab_.director().cancel(job, [](std::string_view) {}));
  EXPECT_EQ(lab_.wait(job).status, JobStatus::cancelled);
  EXPECT_THAT(lab_.log(job), HasSubstr("FileSet:"));
}

TEST_F(Reload, SaysWhatCountsOnlyAtTheNextStart) {
  lab_.replaced_at_reload = {"QueryFile = /dev/null", "QueryFile = /dev/null; DirPort = 9999"};
  EXPECT_TRUE(reload_with(""));
  EXPECT_THAT(lab_.console_messages(),
              HasSubstr("The new Addresses of the Director counts when it is started again."));
}

TEST_F(Reload, ForgetsWhatWasSwitchedOffAtTheConsole) {
  lab_.director().set_enabled(console::Toggled::job, "mini", false);
  EXPECT_TRUE(reload_with(""));
  EXPECT_TRUE(lab_.director().is_enabled(console::Toggled::job, "mini"));
}

}  // namespace
}  // namespace holdfast::director
