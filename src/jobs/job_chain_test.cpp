// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/job_chain.h"

#include <gmock/gmock.h>

#include "testing/catalog/memory_catalog.h"

namespace holdfast::jobs {
namespace {

using catalog::JobRow;
using catalog::Moment;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Moment at(int hour) { return Moment(std::chrono::seconds(1'795'000'000 + hour * 3600)); }

class JobChain : public ::testing::Test {
 protected:
  JobChain() {
    for (const char* md5 : {"first", "changed"}) {
      catalog::FileSetRow row;
      row.name = "Set";
      row.md5 = md5;
      filesets_.push_back(
          catalog_->filesets().get_or_create(row, catalog::FileSetCatalog::Match::name_and_md5, at(0)).id);
    }
    question_.client = ClientId(1);
    question_.fileset = filesets_.front();
    question_.fileset_name = "Set";
  }

  JobId ran(JobLevel level, int hour, std::uint32_t files = 1, JobStatus status = JobStatus::terminated) {
    JobRow row;
    row.job = "backup." + std::to_string(hour) + static_cast<char>(level);
    row.name = "backup";
    row.level = level;
    row.client = ClientId(1);
    row.fileset = fileset_;
    row.id = catalog_->jobs().create(row);
    row.started = at(hour);
    row.ended = at(hour) + std::chrono::minutes(30);
    row.job_tdate = row.ended.time_since_epoch().count();
    row.files = files;
    row.status = status;
    catalog_->jobs().finish(row);
    return row.id;
  }

  std::vector<JobId> chain() { return ids_of(job_chain(catalog_->jobs(), question_)); }

  std::unique_ptr<catalog::Catalog> catalog_ = catalog::memory_catalog();
  std::vector<FileSetId> filesets_;
  FileSetId fileset_{1};
  ChainQuestion question_;
};

TEST_F(JobChain, IsTheLastFullTheLastDifferentialAndAllIncrementalsBehindIt) {
  ran(JobLevel::full, 1);
  const JobId full = ran(JobLevel::full, 2);
  ran(JobLevel::incremental, 3);
  ran(JobLevel::differential, 4);
  const JobId differential = ran(JobLevel::differential, 5);
  const JobId first = ran(JobLevel::incremental, 6, 0);
  ran(JobLevel::incremental, 7, 1, JobStatus::fatal);
  const JobId second = ran(JobLevel::incremental, 8, 1, JobStatus::warnings);
  EXPECT_THAT(chain(), ElementsAre(full, differential, first, second));
  question_.limit = 2;
  EXPECT_THAT(chain(), ElementsAre(full, differential));
}

TEST_F(JobChain, IsEmptyWithoutAFullOfExactlyThisFileSet) {
  ran(JobLevel::full, 1, 1, JobStatus::fatal);
  ran(JobLevel::incremental, 2);
  fileset_ = filesets_.back();
  ran(JobLevel::full, 3);
  EXPECT_THAT(chain(), IsEmpty());
}

TEST_F(JobChain, TakesIncrementalsOfAnyFileSetOfThatName) {
  const JobId full = ran(JobLevel::full, 1);
  fileset_ = filesets_.back();
  const JobId incremental = ran(JobLevel::incremental, 2);
  EXPECT_THAT(chain(), ElementsAre(full, incremental));
}

TEST_F(JobChain, OfADifferentialIsTheFullAlone) {
  const JobId full = ran(JobLevel::full, 1);
  ran(JobLevel::differential, 2);
  ran(JobLevel::incremental, 3);
  question_.level = JobLevel::differential;
  EXPECT_THAT(chain(), ElementsAre(full));
}

TEST_F(JobChain, LeavesOutADifferentialWithoutFiles) {
  const JobId full = ran(JobLevel::full, 1);
  const JobId incremental = ran(JobLevel::incremental, 2);
  ran(JobLevel::differential, 3, 0);
  EXPECT_THAT(chain(), ElementsAre(full, incremental));
}

TEST_F(JobChain, LooksOnlyAtJobsThatStartedBeforeTheMomentAsked) {
  const JobId full = ran(JobLevel::full, 1);
  const JobId incremental = ran(JobLevel::incremental, 2);
  ran(JobLevel::incremental, 3);
  ran(JobLevel::full, 4);
  question_.before = at(3);
  EXPECT_THAT(chain(), ElementsAre(full, incremental));
}

}  // namespace
}  // namespace holdfast::jobs
