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
using testing_support::Lab;
using testing_support::ScriptedConsole;

constexpr const char* scheduled = R"(
Schedule { Name = Nightly
  Run = Full at 22:00
}
Job { Name = nightly; JobDefs = D; Schedule = Nightly }
)";

std::string answer(Lab& lab, std::vector<std::string> lines) {
  ScriptedConsole link(std::move(lines));
  ConnectedConsoles consoles;
  Session session(link, lab.director(), consoles, {std::string(transport::default_console), "", ""}, {});
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

}  // namespace
}  // namespace holdfast::director::console
