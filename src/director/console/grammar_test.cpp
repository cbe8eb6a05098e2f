// SPDX-License-Identifier: AGPL-3.0-or-later
// Keywords that no recording shows, with what chapter 09 says about them.
#include <gmock/gmock.h>

#include <array>

#include "catalog/retention_catalog.h"
#include "testing/catalog/both_databases.h"
#include "testing/director/dialogue_director.h"

namespace holdfast::director::console {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing_support::ServicesDouble;

class Grammar : public catalog::OnBothDatabases {
 protected:
  void SetUp() override {
    OnBothDatabases::SetUp();
    if (IsSkipped()) return;
    director = testing_support::dialogue_director(GetParam(), 22);
    if (!director) GTEST_SKIP() << "the golden recordings are not at hand";
  }
  std::string screen(const std::vector<std::string>& inputs, const std::string& login = "*UserAgent*") {
    return director->talk(inputs, login).screen();
  }
  std::unique_ptr<ServicesDouble> director;
};
INSTANTIATE_TEST_SUITE_P(Databases, Grammar, catalog::both_databases(), catalog::name_of_database);

TEST_P(Grammar, RestoreOffersTheCopiesOfTheChosenJobs) {
  const std::string line =
      "restore client=lab-fd fileset=Mini select copies before=\"2026-11-22 22:22:00\" all done";
  const std::string accepted = screen({line, "yes", "no"});
  EXPECT_THAT(accepted, HasSubstr("These JobIds have copies as follows:\n"));
  EXPECT_THAT(accepted, HasSubstr("\nDo you want to restore from these copies? (yes|no): yes\n"));
  EXPECT_THAT(accepted, HasSubstr("You have selected the following JobIds: 10,16\n"));
  EXPECT_THAT(accepted, HasSubstr("Copy-0002"));
  EXPECT_THAT(screen({line, "no", "no"}), HasSubstr("You have selected the following JobIds: 1,4\n"));
}

TEST_P(Grammar, RestoreTakesCopiesWithoutAskingWhereTheLineSaysYes) {
  director->talk(
      {".api 2",
       "restore client=lab-fd fileset=Mini select copies before=\"2026-11-22 22:22:00\" all done yes"});
  ASSERT_EQ(director->requests.size(), 1U);
  EXPECT_EQ(director->requests[0].storage->name, "Inflate");
}

TEST_P(Grammar, RestoreOfAnArchiveSaysWhereTheBackupIs) {
  for (const char* mode : {"0", "1"})
    EXPECT_THAT(screen({std::string(".api ") + mode,
                        "restore client=lab-fd fileset=Mini select archive all done yes"}),
                HasSubstr(" found.\nA suitable full backup was found. Try restore <...> instead.\n"))
        << mode;
  EXPECT_TRUE(director->requests.empty());
}

TEST_P(Grammar, RestoreByAnExpressionSaysHowManyFilesFit) {
  const std::string said = screen({"restore jobid=1 fileregex=hello all done", "no"});
  EXPECT_THAT(said, HasSubstr("\n1 file selected to be restored.\n"));
  EXPECT_THAT(screen({"restore jobid=1 fileregex=\\\\.txt$ all done", "no"}),
              HasSubstr("\n3 files selected to be restored.\n"));
}

TEST_P(Grammar, RestoreByAnExpressionExpectsNothingWhereTheFilesWerePruned) {
  const std::array pruned{JobId(1)};
  director->catalog.open()->retention().purge_files(pruned);
  EXPECT_THAT(screen({"restore jobid=1 fileregex=hello all done yes"}),
              HasSubstr("\nUp to 10 files selected to be restored.\n"));
  ASSERT_EQ(director->requests.size(), 1U);
  EXPECT_EQ(director->requests[0].expected_files, 0U);
  director->requests.clear();
  screen({"restore jobid=1 all done yes"});
  ASSERT_EQ(director->requests.size(), 1U);
  EXPECT_EQ(director->requests[0].expected_files, 10U);
}

TEST_P(Grammar, RestoreRefusesAnUnknownClientToRestoreTo) {
  const std::string line = "restore client=lab-fd fileset=Mini restoreclient=nope select all done yes";
  EXPECT_THAT(screen({line}), HasSubstr("invalid restoreclient argument: nope\n"));
  EXPECT_THAT(screen({".api 2", line}), HasSubstr("\"invalid restoreclient argument: nope\\n\""));
  EXPECT_TRUE(director->requests.empty());
}

TEST_P(Grammar, RunConsolidatesOnlyVirtualFulls) {
  EXPECT_THAT(screen({"run job=mini consolidatejob=x yes"}),
              HasSubstr("Consolidate Job option is only valid for virtual full jobs.\n"));
  EXPECT_TRUE(director->requests.empty());
  EXPECT_THAT(screen({"run job=mini level=VirtualFull consolidatejob=x yes"}),
              HasSubstr("Job queued. JobId="));
}

TEST_P(Grammar, RunNamesTheMigrationJobThatIsMissing) {
  EXPECT_THAT(screen({"run job=minicopy migrationjob=nope", "."}),
              HasSubstr("Migration Job \"nope\" not found.\n"));
  EXPECT_THAT(screen({"run job=verify verifyjob=nope", "."}), HasSubstr("Verify Job \"nope\" not found.\n"));
}

TEST_P(Grammar, SelectionsTakeNothingButANumberOfTheList) {
  const std::string said = screen({"status client", "x", "", "0", "3", "."});
  EXPECT_THAT(said, HasSubstr("Expected a positive integer, got: x\n"));
  EXPECT_THAT(said, HasSubstr("Expected a positive integer, got: \n"));
  EXPECT_THAT(said, HasSubstr("Please enter a number between 1 and 2\n"));
  EXPECT_THAT(said, HasSubstr("Selection aborted, nothing done.\n"));
}

TEST_P(Grammar, BackupsAreThoseOfPermittedFileSetsOnly) {
  const std::string line = "list backups client=lab-fd";
  EXPECT_THAT(screen({line}), HasSubstr("minigzip"));
  EXPECT_THAT(screen({line}, "limited"), Not(HasSubstr("minigzip")));
  EXPECT_THAT(screen({line + " fileset=MiniGzip"}, "limited"),
              HasSubstr("Access to specified FileSet not allowed.\n"));
}

TEST_P(Grammar, TheTreeSaysHowToNameADirectoryWithBlanks) {
  const auto script = director->talk({".api 1", "restore client=lab-fd jobid=1", "cd a b", "quit"});
  EXPECT_THAT(script.packets(),
              HasSubstr("< signal -21\n< Too few or too many arguments. Try using double quotes.\\n\n"));
}

}  // namespace
}  // namespace holdfast::director::console
