// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// The part of the conformance suite about copies, migrations and consolidation. Included by conformance.h.

#include "catalog/copy_catalog.h"
#include "catalog/retention_catalog.h"

namespace holdfast::catalog {

class CopyConformance : public CatalogConformance {
 protected:
  /// The row of a job that copies `source`, about to be finished well.
  JobRow result_of(JobId source) {
    JobRow row = *catalog_->jobs().find(source);
    row.job += ".copy" + std::to_string(++jobs_made_);
    row.status = JobStatus::created;
    row.id = catalog_->jobs().create(row);
    row.status = JobStatus::terminated;
    row.prior = source;
    return row;
  }

  void log(JobId job, const std::string& text) { catalog_->log().add({job, at(1), text}); }
  std::string log_of(JobId job) {
    std::string text;
    catalog_->log().list(job, [&](const LogRow& row) {
      text += row.text;
      return true;
    });
    return text;
  }
};

TEST_P(CopyConformance, ACopyStandsBesideItsSourceWithTheSameLog) {
  const JobId source = finished_job(JobLevel::full, 10);
  log(source, "one ");
  log(source, "two");
  const JobRow copy = result_of(source);
  EXPECT_TRUE(catalog_->copies().copied_jobs().empty());
  catalog_->copies().finish_copy(copy, source);
  EXPECT_EQ(catalog_->copies().copied_jobs(), std::set<JobId>{source});
  const auto row = catalog_->jobs().find(copy.id);
  EXPECT_EQ(row->type, JobType::copy_of_job);
  EXPECT_EQ(row->status, JobStatus::terminated);
  EXPECT_EQ(row->prior, source);
  EXPECT_EQ(row->started, at(10));
  EXPECT_EQ(catalog_->jobs().find(source)->type, JobType::backup);
  EXPECT_EQ(log_of(source), "one two");
  EXPECT_EQ(log_of(copy.id), "one two");
}

TEST_P(CopyConformance, AMigratedJobGivesUpItsPlaceAndItsLog) {
  const JobId source = finished_job(JobLevel::full, 10);
  log(source, "one");
  const JobRow result = result_of(source);
  catalog_->copies().finish_migration(result, source);
  EXPECT_EQ(catalog_->jobs().find(result.id)->type, JobType::backup);
  EXPECT_EQ(catalog_->jobs().find(source)->type, JobType::migrated);
  EXPECT_EQ(log_of(source), "");
  EXPECT_EQ(log_of(result.id), "one");
}

TEST_P(CopyConformance, CopiesOfAJobThatIsPurgedAfterItsMigrationStayCopies) {
  const JobId source = finished_job(JobLevel::full, 10);
  const JobRow copy = result_of(source);
  catalog_->copies().finish_copy(copy, source);
  JobRow moved = result_of(source);
  catalog_->copies().finish_migration(moved, source);
  catalog_->copies().hand_over_copies(source, moved.id);
  catalog_->retention().purge_jobs(std::array{source});
  EXPECT_EQ(catalog_->jobs().find(copy.id)->type, JobType::copy_of_job);
  EXPECT_EQ(catalog_->jobs().find(copy.id)->prior, moved.id);
  EXPECT_EQ(catalog_->jobs().find(moved.id)->type, JobType::backup);
}

TEST_P(CopyConformance, ConsolidationKeepsWhatIsDeletedAndNotThereAgain) {
  const JobId first = finished_job(JobLevel::incremental, 10);
  const JobId second = finished_job(JobLevel::incremental, 20);
  const JobId result = finished_job(JobLevel::incremental, 30);
  add_file(first, 0, "/etc/", "gone");
  add_file(second, 0, "/etc/", "gone");
  add_file(first, 0, "/etc/", "back");
  add_file(second, 1, "/etc/", "back");
  add_file(result, 1, "/etc/", "back");
  catalog_->copies().copy_deleted_files(std::array{first, second}, result);
  EXPECT_EQ(catalog_->files().count(result), 2U);
  const JobId full = finished_job(JobLevel::full, 5);
  add_file(full, 1, "/etc/", "gone");
  add_file(full, 2, "/etc/", "kept");
  const std::array jobs{full, result};
  EXPECT_THAT(listed([&](const auto& visit) { catalog_->files().list_current(jobs, visit); }),
              ::testing::UnorderedElementsAre("/etc/kept 2 of 4", "/etc/back 1 of 3"));
}

}  // namespace holdfast::catalog
