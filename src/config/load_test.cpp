// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/load.h"

#include <gmock/gmock.h>

#include "base/text.h"
#include "config/difference.h"
#include "config/director_resources.h"
#include "testing/config/memory_surroundings.h"

namespace holdfast::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::MemorySurroundings;

constexpr std::string_view good = R"(
Director { Name = d; Messages = M; WorkingDirectory = /tmp; Password = x; QueryFile = /dev/null }
Messages { Name = M; Console = all }
Catalog { Name = C; DbName = x; DbUser = x }
Client { Name = fd; Address = a; Password = x }
Storage { Name = S; Address = a; Password = x; Device = D; MediaType = File }
FileSet { Name = F; Include { File = /etc } }
Pool { Name = P; PoolType = Backup }
JobDefs { Name = JD; Type = Backup; Client = fd; FileSet = F; Storage = S; Pool = P; Messages = M }
Job { Name = one; JobDefs = JD }
)";

Loaded<DirectorConfiguration> load(const std::string& text) {
  MemorySurroundings surroundings(text);
  return load_director("test.conf", surroundings);
}

std::vector<std::string> errors_of(const std::string& text) {
  std::vector<std::string> errors;
  for (const Finding& finding : load(text).errors) errors.push_back(finding.text);
  return errors;
}

TEST(Configuration, ThatIsGoodHasNoErrors) { EXPECT_THAT(errors_of(std::string(good)), IsEmpty()); }

TEST(Errors, OfValuesReferencesAndChecksAreReportedTogether) {
  const std::string text = std::string(good) +
                           "Client { Name = other; Address = a; Password = x; FdPort = nonsense }\n"
                           "Pool { Name = Q; PoolType = Backup; NextPool = Nowhere }\n"
                           "Console { Name = c; Password = x; UsePamAuthentication = yes; JobAcl = *all* }\n"
                           "Schedule { Name = s; Run = Full at 25:00 }\n";
  EXPECT_THAT(errors_of(text),
              testing::UnorderedElementsAre(HasSubstr("nonsense"), HasSubstr("Nowhere"),
                                            HasSubstr("Combining `Use Pam Authentication`"), testing::_));
}

TEST(Errors, OfEveryJobAreAllReported) {
  const std::string text = std::string(good) + "Job { Name = bare }\nJob { Name = also; Type = Backup }\n";
  EXPECT_THAT(errors_of(text), testing::IsSupersetOf({HasSubstr("\"Type\" directive in Job \"bare\""),
                                                      HasSubstr("\"Messages\" directive in Job \"bare\""),
                                                      HasSubstr("\"Pool\" directive in Job \"bare\""),
                                                      HasSubstr("\"Pool\" directive in Job \"also\""),
                                                      HasSubstr("No storage specified in Job \"also\"")}));
}

TEST(Errors, ThatOnlyFollowFromOthersAreNotReported) {
  // The client of the job is misspelt: that it has none is no error of its own.
  EXPECT_THAT(errors_of(std::string(good) + "Job { Name = x; JobDefs = JD; Client = fdd }\n"),
              ElementsAre(AllOf(HasSubstr("fdd"), HasSubstr("fd"))));
  const std::string spoilt = replace_all(std::string(good), "Client = fd;", "Client = fdd;");
  EXPECT_THAT(errors_of(spoilt), ElementsAre(HasSubstr("fdd")));
}

TEST(Errors, BehindABrokenStructureAreNotGuessed) {
  for (const auto& error : errors_of("Director { Name = d\nNonsense"))
    EXPECT_THAT(error, testing::AnyOf(HasSubstr("Nonsense"), HasSubstr("unclosed resource")));
}

std::vector<std::string> changes(const std::string& before, const std::string& after) {
  std::vector<std::string> texts;
  for (const auto& difference : differences(load(before).value, load(after).value))
    texts.push_back(difference.text());
  return texts;
}

TEST(Differences, NameResourcesAndDirectives) {
  const std::string after =
      replace_all(replace_all(std::string(good), "Client { Name = fd; Address = a; Password = x }",
                              "Client { Name = fd; Address = b; Password = y }"),
                  "Job { Name = one", "Job { Name = two");
  EXPECT_THAT(changes(std::string(good), after), ElementsAre("Client \"fd\" changed: Address, Password",
                                                             "Job \"one\" removed", "Job \"two\" added"));
}

TEST(Differences, CountWhatJobsInherit) {
  const std::string after =
      replace_all(std::string(good), "JobDefs { Name = JD;", "JobDefs { Name = JD; Priority = 7;");
  EXPECT_THAT(
      changes(std::string(good), after),
      testing::UnorderedElementsAre("Job \"one\" changed: Priority", "JobDefs \"JD\" changed: Priority"));
}

TEST(Differences, AreNoneWhereAValueOnlyMoved) {
  const std::string after = replace_all(std::string(good), "Job { Name = one; JobDefs = JD }",
                                        "Job { Name = one; JobDefs = JD; Pool = P }");
  EXPECT_THAT(changes(std::string(good), after), IsEmpty());
}

}  // namespace
}  // namespace holdfast::config
