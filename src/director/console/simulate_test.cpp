// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gmock/gmock.h>

#include "testing/director/console_double.h"
#include "testing/director/lab.h"
#include "transport/peer.h"

namespace holdfast::director::console {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing_support::Lab;
using testing_support::ScriptedConsole;

constexpr const char* scheduled = R"(
Schedule { Name = Nightly
  Run = Full at 22:00
}
Job { Name = nightly; JobDefs = D; Schedule = Nightly }
)";

std::string answer(Lab& lab, std::vector<std::string> lines,
                   const std::string& login = std::string(transport::default_console)) {
  ScriptedConsole link(std::move(lines));
  ConnectedConsoles consoles;
  Session session(link, lab.director(), consoles, {login, "", ""}, {});
  session.run();
  return link.last_answer();
}

TEST(Simulate, ShowsWhatWouldRunAndChangesNothing) {
  Lab lab(scheduled);
  const std::string text = answer(lab, {"simulate days=2"});
  EXPECT_THAT(text,
              AllOf(HasSubstr("2026-11-22 22:00:00"), HasSubstr("2026-11-23 22:00:00"), HasSubstr("nightly"),
                    HasSubstr("Full-0001"), HasSubstr("No pool runs out of volumes.")));
  EXPECT_THAT(lab.open_catalog()->jobs().list({}), IsEmpty());
}

TEST(Simulate, AnswersProgramsInJson) {
  Lab lab(scheduled);
  EXPECT_THAT(answer(lab, {".api 2", "simulate days=1"}),
              AllOf(HasSubstr("\"simulate\""), HasSubstr("\"exhausted\""), HasSubstr("\"Full-0001\"")));
}

TEST(Simulate, RefusesDaysThatAreNone) {
  Lab lab;
  EXPECT_THAT(answer(lab, {"simulate days=0"}), HasSubstr("days= takes a number from 1 to 366."));
}

constexpr const char* more_pools = R"(
Schedule { Name = Hourly
  Run = Full hourly at 0:30
}
Pool { Name = Fresh; PoolType = Backup; LabelFormat = "Fresh-"; MaximumVolumes = 1; MaximumVolumeJobs = 2 }
Job { Name = hourly; JobDefs = D; Pool = Fresh; Schedule = Hourly }
Job { Name = off; JobDefs = D; Pool = Fresh; Schedule = Hourly; Enabled = no }
)";

TEST(Simulate, TriesAnotherConfigurationAndLeavesThePresentOneAlone) {
  Lab lab(scheduled);
  lab.other_configurations["/etc/new"] = more_pools;
  const std::string text = answer(lab, {"simulate days=1 config=/etc/new"});
  EXPECT_THAT(text, AllOf(HasSubstr("hourly"), HasSubstr("Fresh-0002"), HasSubstr("nightly"),
                          HasSubstr("Pool \"Fresh\" runs out of volumes at ")));
  EXPECT_THAT(text, Not(HasSubstr("  off  ")));
  EXPECT_EQ(lab.director().configuration()->find_job("hourly"), nullptr);
  EXPECT_FALSE(lab.open_catalog()->pools().find("Fresh"));
  EXPECT_THAT(answer(lab, {"simulate days=1"}), Not(HasSubstr("hourly")));
}

TEST(Simulate, TellsAllErrorsOfAConfigurationWithTheirPlaces) {
  Lab lab(scheduled);
  lab.other_configurations["/etc/bad"] = "Job { Name = x; Secret = \"hidden\" }\nJob { Nmae = y }\n";
  const std::string text = answer(lab, {"simulate config=/etc/bad"});
  EXPECT_THAT(text, ::testing::ContainsRegex(
                        "test.conf:[0-9]+:[0-9]+: .*Secret(.|\n)*test.conf:[0-9]+:[0-9]+: .*Nmae"));
  EXPECT_THAT(text, AllOf(Not(HasSubstr("Start  ")), Not(HasSubstr("hidden"))));
  EXPECT_THAT(answer(lab, {"simulate config=/etc/none"}), HasSubstr("There is no /etc/none."));
}

TEST(Simulate, ShowsOthersNothingOfWhatTheyMayNotSee) {
  Lab lab(std::string(scheduled) + R"(
Console { Name = narrow; Password = x; TlsEnable = no; CommandACL = simulate, configure; JobACL = nightly; CatalogACL = *all* }
Console { Name = wide; Password = x; TlsEnable = no; CommandACL = simulate; JobACL = *all*; ClientACL = *all*
  StorageACL = *all*; ScheduleACL = *all*; PoolACL = *all*; FileSetACL = *all*; CatalogACL = *all* }
)");
  lab.other_configurations["/etc/new"] = more_pools;
  EXPECT_THAT(answer(lab, {"simulate days=1"}, "narrow"), HasSubstr("it needs a console whose rights"));
  EXPECT_THAT(answer(lab, {"simulate days=1"}, "wide"), HasSubstr("Full-0001"));
  EXPECT_THAT(answer(lab, {"simulate config=/etc/new"}, "wide"),
              HasSubstr("config= needs the right to the command configure."));
}

}  // namespace
}  // namespace holdfast::director::console
