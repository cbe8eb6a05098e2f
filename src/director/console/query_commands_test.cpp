// SPDX-License-Identifier: AGPL-3.0-or-later
// query, sqlquery, create and add on both databases.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "testing/catalog/both_databases.h"
#include "testing/director/console_double.h"

namespace holdfast::director::console {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing_support::ServicesDouble;

constexpr const char* queries = R"(# of the test
:Pools by type
*Enter a type:
SELECT Name FROM Pool WHERE PoolType = '%1' ORDER BY Name;
:One pool
!SELECT Name, Enabled FROM Pool WHERE Name LIKE 'Fu%%';
SELECT '%7' AS lost;
:Nonsense
SELECT nothing FROM nowhere;
)";

class SqlCommands : public catalog::OnBothDatabases {
 protected:
  void SetUp() override {
    catalog::OnBothDatabases::SetUp();
    if (IsSkipped()) return;
    file_ = std::filesystem::temp_directory_path() /
            fmt::format("holdfast-queries-{}.sql", std::random_device{}());
    std::ofstream(file_) << queries;
    services_ = std::make_unique<ServicesDouble>(
        "Director { Name = dir\n Messages = M\n Password = x\n WorkingDirectory = /tmp\n QueryFile = \"" +
            file_.string() +
            "\" }\nMessages { Name = M\n Console = all }\nCatalog { Name = Cat\n DbName = x\n DbUser = x }\n"
            "Client { Name = fd\n Address = a\n Password = x }\nFileSet { Name = F\n Include { File = /etc } "
            "}\n"
            "Storage { Name = Disk\n Address = a\n Password = x\n Device = D\n MediaType = File }\n"
            "Storage { Name = Tapes\n Address = a\n Password = x\n Device = T\n MediaType = LTO\n "
            "AutoChanger = yes }\n"
            "Pool { Name = Full\n PoolType = Backup\n MaximumVolumes = 3\n VolumeRetention = 3 days }\n"
            "Job { Name = j\n Type = Backup\n Level = Full\n Client = fd\n FileSet = F\n Storage = Disk\n "
            "Pool = Full\n Messages = M }\n",
        GetParam());
    catalog_ = services_->catalog.open();
  }
  void TearDown() override { std::filesystem::remove(file_); }

  std::string answer(std::vector<std::string> inputs) { return services_->talk(std::move(inputs)).screen(); }
  std::vector<catalog::VolumeRow> volumes() { return catalog_->volumes().list({}); }

  std::filesystem::path file_;
  std::unique_ptr<ServicesDouble> services_;
  std::unique_ptr<catalog::Catalog> catalog_;
};
INSTANTIATE_TEST_SUITE_P(Databases, SqlCommands, catalog::both_databases(), catalog::name_of_database);

TEST_P(SqlCommands, APoolIsCreatedOnce) {
  EXPECT_THAT(answer({"create pool=Full"}), Not(HasSubstr("already exists")));
  EXPECT_EQ(catalog_->pools().find("Full")->max_volumes, 3U);
  EXPECT_THAT(answer({"create pool=Full"}),
              HasSubstr("Error: Pool Full already exists.\nUse update to change it.\nPool Full created.\n"));
}

TEST_P(SqlCommands, AQueryOfTheFileAsksForWhatItNeeds) {
  answer({"create pool=Full"});
  EXPECT_THAT(answer({"query", "1", "Backup"}), HasSubstr("| Full |"));
  EXPECT_THAT(answer({"query", "1", "x' OR 'y' = 'y"}), Not(HasSubstr("Full")));
  const std::string both = answer({"query", "2"});
  EXPECT_THAT(both, HasSubstr("name: Full\n"));
  EXPECT_THAT(both, HasSubstr("Warning prompt 7 missing.\n"));
  EXPECT_THAT(answer({"query", "3"}), HasSubstr("Query failed: SELECT nothing FROM nowhere. ERR="));
  EXPECT_THAT(answer({"query", "."}), HasSubstr("Choose a query (1-3): "));
  std::filesystem::remove(file_);
  EXPECT_THAT(answer({"query"}), HasSubstr("ERR=No such file or directory\n"));
}

TEST_P(SqlCommands, SqlIsTypedUpToItsSemicolon) {
  answer({"create pool=Full"});
  const std::string said = answer({"sqlquery", "select Name", "from Pool;", "select nonsense;", ""});
  EXPECT_THAT(said, HasSubstr("Add to SQL query: "));
  EXPECT_THAT(said, HasSubstr("| Full |"));
  EXPECT_THAT(said, HasSubstr("Query failed: select nonsense. ERR="));
  EXPECT_THAT(said, HasSubstr("End query mode.\n"));
  EXPECT_EQ(services_->talk({".api 2 compact=yes", "sqlquery"}).last_answer(),
            R"({"jsonrpc":"2.0","id":null,"result":{}})");
}

TEST_P(SqlCommands, VolumesAreAddedAsFarAsThePoolHasRoom) {
  answer({"create pool=Full"});
  const std::string said =
      answer({"add pool=Full storage=Disk", "4", "2", "/bad", "V", "0", "9", "add pool=Full storage=Disk"});
  EXPECT_THAT(said, HasSubstr("The number must be between 0 and 3\n"));
  EXPECT_THAT(said, HasSubstr("Start number must be greater than zero.\n"));
  EXPECT_THAT(said, HasSubstr("2 Volumes created in pool Full\n"));
  EXPECT_THAT(said, HasSubstr("Max=1: "));
  ASSERT_EQ(volumes().size(), 2U);
  EXPECT_EQ(volumes()[0].name, "V0009");
  EXPECT_EQ(volumes()[1].name, "V0010");
  EXPECT_EQ(volumes()[1].status, "Append");
  EXPECT_EQ(volumes()[1].media_type, "File");
  EXPECT_EQ(volumes()[1].retention, 3 * 86'400);
}

TEST_P(SqlCommands, AVolumeOfAChangerHasASlotAndAFullPoolCanGrow) {
  answer({"create pool=Full"});
  answer({"add pool=Full storage=Disk", "3", "V", "1"});
  const std::string said = answer({"add pool=Full storage=Tapes", "0", "0", "Tape", "7", "yes"});
  EXPECT_THAT(said, HasSubstr("Pool already has maximum volumes=3\n"));
  const auto tape = catalog_->volumes().find("Tape");
  ASSERT_TRUE(tape);
  EXPECT_EQ(tape->slot, 7);
  EXPECT_TRUE(tape->in_changer);
  EXPECT_EQ(catalog_->pools().find("Full")->max_volumes, 0U);
  EXPECT_THAT(answer({"add pool=Full storage=Disk", "1", "V", "3"}), HasSubstr("0 Volumes created"));
}

}  // namespace
}  // namespace holdfast::director::console
