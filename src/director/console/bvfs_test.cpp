// SPDX-License-Identifier: AGPL-3.0-or-later
// What the recordings of the .bvfs_ commands do not show: pages, rights, what ends up in a table.
#include <gmock/gmock.h>

#include "base/text.h"
#include "catalog/bvfs_catalog.h"
#include "testing/catalog/both_databases.h"
#include "testing/director/console_double.h"

namespace holdfast::director::console {
namespace {

using ::testing::HasSubstr;
using testing_support::ServicesDouble;

const std::string configuration = testing_support::small_configuration() + R"(
Console { Name = limited
  Password = x
  JobAcl = nightly
  ClientAcl = *all*
  FileSetAcl = *all*
  CatalogAcl = *all*
  CommandAcl = *all* }
)";

constexpr const char* stat = "P4A FIA4 IGk B A A A P BAA I BfXhAA BfXhAA BrA2re A A C";

class Bvfs : public catalog::OnBothDatabases {
 protected:
  void SetUp() override {
    catalog::OnBothDatabases::SetUp();
    if (IsSkipped()) return;
    services_ = std::make_unique<ServicesDouble>(configuration, GetParam());
    catalog_ = services_->catalog.open();
  }

  /// A good backup of these files; an empty name is a directory itself.
  JobId job(const std::string& name, const std::vector<std::pair<std::string, std::string>>& files) {
    catalog::JobRow row;
    row.job = name + "." + std::to_string(++jobs_);
    row.name = name;
    row.level = JobLevel::full;
    row.client = catalog_->clients().get_or_create("one-fd").id;
    row.scheduled = std::chrono::floor<std::chrono::seconds>(services_->clock.now());
    row.id = catalog_->jobs().create(row);
    row.started = row.ended = row.really_ended = row.scheduled + std::chrono::minutes(jobs_);
    row.job_tdate = row.started.time_since_epoch().count();
    std::vector<catalog::NewFile> rows;
    for (const auto& [path, file] : files) {
      catalog::NewFile added;
      added.file_index = static_cast<std::uint32_t>(rows.size() + 1);
      added.path = path;
      added.name = file;
      added.stat = stat;
      rows.push_back(added);
    }
    catalog_->files().add(row.id, rows);
    row.status = JobStatus::terminated;
    catalog_->jobs().finish(row);
    catalog_->bvfs().build(row.id);
    return row.id;
  }
  std::string path_id(std::string_view path) { return std::to_string(catalog_->bvfs().path_id(path)->value); }
  std::string answer(const std::string& command, const std::string& login = "*UserAgent*") {
    return services_->talk({".api 1", command}, login).last_answer();
  }
  /// The names in the last column.
  std::string names(const std::string& command) {
    std::string found;
    const std::string text = answer(command);
    for (const auto line : split(text, '\n'))
      if (!line.empty()) found += std::string(line.substr(line.rfind('\t') + 1)) + " ";
    return found;
  }
  /// The FileIndexes in the table.
  std::string chosen() {
    std::string found;
    catalog_->queries().query("SELECT JobId, FileIndex FROM b21 ORDER BY JobId, FileIndex", {},
                              [&](const catalog::ResultRow& row) {
                                found += std::string(row.text(0)) + ":" + std::string(row.text(1)) + " ";
                                return true;
                              });
    return found;
  }

  std::unique_ptr<ServicesDouble> services_;
  std::unique_ptr<catalog::Catalog> catalog_;
  int jobs_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Databases, Bvfs, catalog::both_databases(), catalog::name_of_database);

TEST_P(Bvfs, DirectoriesAndFilesComePageByPage) {
  job("nightly", {{"/a/", ""}, {"/a/", "x"}, {"/a/", "y"}, {"/a/", "z"}, {"/a/one/", ""}, {"/a/two/", "f"}});
  EXPECT_EQ(names(".bvfs_lsdirs jobid=1 path=/a/"), ". .. one/ two/ ");
  EXPECT_EQ(names(".bvfs_lsdirs jobid=1 path=/a/ limit=2 offset=1"), ".. one/ ");
  EXPECT_EQ(names(".bvfs_lsdirs jobid=1 path=/a/ offset=4"), "");
  EXPECT_EQ(names(".bvfs_lsdirs jobid=1 path=/a/ pattern=/t"), ". .. two/ ");
  EXPECT_EQ(names(".bvfs_lsdirs jobid=1 pathid=" + path_id("/a/")), ". .. one/ two/ ");
  EXPECT_EQ(names(".bvfs_lsdirs jobid=1 path=/"), ". .. a/ ");
  EXPECT_EQ(names(".bvfs_lsdirs jobid=1 path="), ". / ");
  EXPECT_EQ(names(".bvfs_lsfiles jobid=1 path=/a/"), "x y z ");
  EXPECT_EQ(names(".bvfs_lsfiles jobid=1 path=/a/ limit=1 offset=1"), "y ");
  EXPECT_EQ(names(".bvfs_lsfiles jobid=1 path=/a/ limit=0"), "");
  EXPECT_THAT(answer(".bvfs_lsdirs jobid=1 path=/a/ pattern=(("), HasSubstr("no regular expression"));
}

TEST_P(Bvfs, OfSeveralJobsTheNewestVersionIsListed) {
  job("nightly", {{"/a/", ""}, {"/a/", "x"}, {"/a/", "y"}});
  job("nightly", {{"/a/", "y"}});
  EXPECT_THAT(answer(".bvfs_lsfiles jobid=1,2 path=/a/"), HasSubstr(std::string("\t1\t") + stat + "\tx\n"));
  EXPECT_THAT(answer(".bvfs_lsfiles jobid=1,2 path=/a/"), HasSubstr(std::string("\t2\t") + stat + "\ty\n"));
}

TEST_P(Bvfs, ATableHoldsEveryChosenFileOnce) {
  job("nightly", {{"/a/", ""}, {"/a/", "x"}, {"/a/b/", ""}, {"/a/b/", "y"}, {"/c/", "z"}, {"/c/", "w"}});
  EXPECT_EQ(answer(".bvfs_restore jobid=1 path=b21 dirid=" + path_id("/a/") + "," + path_id("/a/b/") +
                   " fileid=2,5 hardlink=1,5"),
            "OK\n");
  EXPECT_EQ(chosen(), "1:1 1:2 1:3 1:4 1:5 ");
  EXPECT_EQ(answer(".bvfs_restore jobid=1 path=b21 fileid=6"), "OK\n") << "another choice under the name";
  EXPECT_EQ(chosen(), "1:6 ");
  answer(".bvfs_cleanup path=b21");
  EXPECT_ANY_THROW(chosen());
  EXPECT_EQ(answer(".bvfs_cleanup path=b21"), "");
}

TEST_P(Bvfs, ATableHoldsWhatBelongsToTheFilesOfADirectory) {
  const JobId first = job("nightly", {{"/a/", "delta"}, {"/elsewhere/", "first name"}});
  catalog::NewFile delta;
  delta.file_index = 1;
  delta.path = "/a/";
  delta.name = "delta";
  delta.stat = stat;
  delta.delta = 1;
  catalog::NewFile link = delta;
  link.file_index = 2;
  link.name = "link";
  link.delta = 0;
  link.stat = "P4A FIA4 IGk C A A A P BAA I BfXhAA BfXhAA BrA2re D A C";  // the first name is the third file
  catalog::NewFile target = link;
  target.file_index = 3;
  target.path = "/elsewhere/";
  target.stat = stat;
  const JobId second = job("nightly", {});
  catalog_->files().add(second, std::vector{delta, link, target});
  EXPECT_EQ(answer(fmt::format(".bvfs_restore jobid={},{} path=b21 dirid={}", first.value, second.value,
                               path_id("/a/"))),
            "OK\n");
  EXPECT_EQ(chosen(), "1:1 2:1 2:2 2:3 ");
}

TEST_P(Bvfs, ATableHoldsManyFiles) {
  std::vector<std::pair<std::string, std::string>> files;
  for (int i = 0; i < 21'000; ++i) files.emplace_back(i % 2 ? "/a/" : "/a/b/", std::to_string(i));
  job("nightly", files);
  EXPECT_EQ(answer(".bvfs_restore jobid=1 path=b21 dirid=" + path_id("/a/")), "OK\n");
  std::int64_t rows = 0;
  catalog_->queries().query("SELECT COUNT(*) FROM b21", {}, [&](const catalog::ResultRow& row) {
    rows = row.number(0);
    return false;
  });
  EXPECT_EQ(rows, 21'000);
}

TEST_P(Bvfs, WhatIsNoListOrNameIsRefused) {
  job("nightly", {{"/a/", "x"}});
  for (const char* arguments :
       {"jobid=1 path=b21", "jobid=1 path=b21 fileid=1;", "jobid=1 path=b21 dirid=99999999999",
        "jobid=1 path=b21 hardlink=1", "jobid=1 path=Job fileid=1", "jobid=1 path=b2 fileid=1",
        "jobid=1 path=b21x fileid=1"})
    EXPECT_EQ(answer(std::string(".bvfs_restore ") + arguments), "Can't create restore list\n") << arguments;
  EXPECT_EQ(answer(".bvfs_lsdirs jobid=1;2 path=/a/"), "Can't find jobid, pathid or path argument\n");
  EXPECT_EQ(answer(".bvfs_cleanup path=Job"), "Can't find path argument\n");
  EXPECT_TRUE(catalog_->jobs().find(JobId(1)));
}

TEST_P(Bvfs, AConsoleSeesAndTakesOnlyWhatItMay) {
  job("nightly", {{"/a/", "x"}});
  job("secret", {{"/a/", "s"}});
  const auto limited = [&](const std::string& command) { return answer(command, "limited"); };
  EXPECT_EQ(limited(".bvfs_lsfiles jobid=2 path=/a/"), "Unauthorized command from this console.\n");
  const std::string listed = limited(".bvfs_lsfiles jobid=1,2 path=/a/");
  EXPECT_THAT(listed, HasSubstr("\tx\n"));
  EXPECT_EQ(listed.find("\ts\n"), std::string::npos);
  EXPECT_EQ(limited(".bvfs_restore jobid=1 path=b21 fileid=1,2 hardlink=2,1"), "OK\n");
  EXPECT_EQ(chosen(), "1:1 ");
}

TEST_P(Bvfs, AnUpdateTellsOfJobsThatAreBeingCached) {
  const JobId id = job("nightly", {{"/a/", "x"}});
  EXPECT_EQ(answer(".bvfs_update"), "");
  EXPECT_EQ(answer(".bvfs_update jobid=1"), "");
  catalog_->queries().query("UPDATE Job SET HasCache = -1", {},
                            [](const catalog::ResultRow&) { return true; });
  EXPECT_EQ(answer(".bvfs_update jobid=1"), "ERROR: BVFS reported a problem for 1\n");
  EXPECT_EQ(answer(".bvfs_clear_cache yes"), "OK\n");
  EXPECT_EQ(catalog_->bvfs().build(id), catalog::BvfsCatalog::Cached::built);
}

}  // namespace
}  // namespace holdfast::director::console
