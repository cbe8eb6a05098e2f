// SPDX-License-Identifier: AGPL-3.0-or-later
// A catalog filled with rows that the peer wrote is opened and worked with, on both databases.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/error.h"
#include "catalog/bvfs_catalog.h"
#include "catalog/retention_catalog.h"
#include "catalog/sql_catalog.h"
#include "testing/base/golden.h"
#include "testing/catalog/golden_rows.h"
#include "testing/catalog/postgres_server.h"
#include "testing/catalog/temporary_catalog.h"

namespace holdfast::catalog {
namespace {

enum class Database { sqlite, postgresql };

class TakenOverCatalog : public ::testing::TestWithParam<Database> {
 protected:
  void SetUp() override {
    const auto folder = testing_support::golden("catalog");
    if (!folder) GTEST_SKIP() << "no golden recordings";
    if (GetParam() == Database::postgresql) {
      PostgresServer* server = PostgresServer::shared();
      if (server == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
      address_ = server->address(server->new_catalog());
    }
    folder_ = *folder;
    fill_with_golden_rows(*open(), folder_);
    catalog_ = open();
  }

  std::unique_ptr<Catalog> open() const {
    return GetParam() == Database::sqlite ? file_.open() : open_postgres_catalog(address_);
  }

  std::vector<std::string> current(std::span<const JobId> jobs) {
    std::vector<std::string> names;
    catalog_->files().list_current(jobs, [&](const FileRow& row) {
      names.push_back(std::string(row.path) + std::string(row.name));
      return true;
    });
    return names;
  }

  TemporaryCatalog file_;
  PostgresAddress address_;
  std::filesystem::path folder_;
  std::unique_ptr<Catalog> catalog_;
};

INSTANTIATE_TEST_SUITE_P(Both, TakenOverCatalog, ::testing::Values(Database::sqlite, Database::postgresql),
                         [](const auto& parameter) {
                           return parameter.param == Database::sqlite ? "Sqlite" : "Postgres";
                         });

TEST_P(TakenOverCatalog, GivesEveryRowBackTheSame) {
  for (const GoldenTable& table : golden_tables(folder_)) {
    std::vector<std::vector<std::optional<std::string>>> found;
    catalog_->queries().query(
        fmt::format("SELECT {} FROM {}", fmt::join(table.columns, ","), table.name), {},
        [&](const ResultRow& row) {
          found.emplace_back();
          for (std::size_t i = 0; i < row.columns(); ++i)
            found.back().push_back(row.is_null(i) ? std::nullopt : std::optional(std::string(row.text(i))));
          return true;
        });
    EXPECT_THAT(found, ::testing::UnorderedElementsAreArray(table.rows)) << table.name;
  }
}

TEST_P(TakenOverCatalog, ListsItsJobs) {
  const auto first = catalog_->jobs().find(JobId(1));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->job, "mini.2026-11-22_21.51.04_03");
  EXPECT_EQ(first->bytes, 404035U);
  EXPECT_EQ(first->session, (VolumeSession{1, 1795384262}));
  const auto last_full = catalog_->jobs().list({.name = "mini",
                                                .types = {JobType::backup},
                                                .levels = {JobLevel::full},
                                                .statuses = {JobStatus::terminated},
                                                .order = JobFilter::Order::newest_start_first,
                                                .limit = 1});
  ASSERT_THAT(last_full, ::testing::SizeIs(1));
  EXPECT_EQ(last_full[0].id, JobId(15));
}

TEST_P(TakenOverCatalog, SelectsFilesForARestore) {
  const std::array jobs{JobId(1)};
  const auto names = current(jobs);
  EXPECT_THAT(names, ::testing::SizeIs(10));
  EXPECT_THAT(names, ::testing::Contains("/srv/demo/mini/hello.txt"));
  EXPECT_EQ(catalog_->files().count_current(jobs), 10U);
  EXPECT_THAT(catalog_->files().directories(jobs, "/srv/demo/mini/"),
              ::testing::ElementsAre("/srv/demo/mini/sub/"));
  EXPECT_THAT(catalog_->volumes().pieces(JobId(1)), ::testing::SizeIs(1));
}

TEST_P(TakenOverCatalog, ItsCacheOfDirectoriesIsTheOneThatIsBuiltHere) {
  const auto cached = [&] {
    std::vector<std::string> rows;
    catalog_->queries().query(
        "SELECT V.JobId, C.Path, P.Path FROM PathVisibility V JOIN Path C ON C.PathId = V.PathId LEFT JOIN "
        "PathHierarchy H ON H.PathId = V.PathId LEFT JOIN Path P ON P.PathId = H.PPathId",
        {}, [&](const ResultRow& row) {
          rows.push_back(fmt::format("{} {} {}", row.text(0), row.text(1), row.text(2)));
          return true;
        });
    return rows;
  };
  std::vector<JobId> jobs;
  catalog_->queries().query("SELECT JobId FROM Job WHERE HasCache = 1", {}, [&](const ResultRow& row) {
    jobs.emplace_back(static_cast<std::uint32_t>(row.number(0)));
    return true;
  });
  const auto of_the_peer = cached();
  ASSERT_THAT(of_the_peer, ::testing::Not(::testing::IsEmpty()));
  catalog_->bvfs().clear();
  for (const JobId job : jobs) EXPECT_EQ(catalog_->bvfs().build(job), BvfsCatalog::Cached::built);
  EXPECT_THAT(cached(), ::testing::UnorderedElementsAreArray(of_the_peer));
}

TEST_P(TakenOverCatalog, IsPruned) {
  const std::array jobs{JobId(1)};
  catalog_->retention().purge_jobs(jobs);
  EXPECT_FALSE(catalog_->jobs().find(JobId(1)));
  EXPECT_EQ(catalog_->files().count(JobId(1)), 0U);
  EXPECT_THAT(current(jobs), ::testing::IsEmpty());
}

TEST_P(TakenOverCatalog, TakesNewJobsBehindTheOldOnes) {
  JobRow row;
  row.job = row.name = "new";
  row.id = catalog_->jobs().create(row);
  const NewFile file{.file_index = 1, .path = "/new/", .name = "file", .stat = "A", .digest = "0"};
  catalog_->files().add(row.id, {&file, 1});
  EXPECT_GT(row.id, JobId(15));
  EXPECT_EQ(catalog_->files().count(row.id), 1U);
}

}  // namespace
}  // namespace holdfast::catalog
