// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gmock/gmock.h>

#include "base/error.h"
#include "catalog/retention_catalog.h"
#include "testing/catalog/faulty_connection.h"
#include "testing/catalog/temporary_catalog.h"

namespace holdfast::catalog {
namespace {

constexpr std::uint32_t files_of_a_job = 3;

JobId add_job(Catalog& catalog, const std::string& name, MediaId volume) {
  JobRow row;
  row.job = row.name = name;
  row.level = JobLevel::full;
  row.id = catalog.jobs().create(row);
  row.status = JobStatus::terminated;
  row.files = files_of_a_job;
  catalog.jobs().finish(row);
  for (std::uint32_t i = 1; i <= files_of_a_job; ++i) {
    const std::string file = std::to_string(i);
    const NewFile added{.file_index = i, .path = "/", .name = file, .stat = "A", .digest = "0"};
    catalog.files().add(row.id, {&added, 1});
  }
  catalog.volumes().add_piece(
      {.job = row.id, .volume = volume, .first_index = 1, .last_index = files_of_a_job});
  return row.id;
}

/// A job is whole, or marked as one without files, or gone with everything that hung on it.
void expect_consistent(Catalog& catalog, MediaId volume, std::span<const JobId> jobs) {
  const auto on_volume = catalog.retention().jobs_on(volume);
  for (const JobId id : jobs) {
    const auto job = catalog.jobs().find(id);
    const bool lies_somewhere = std::find(on_volume.begin(), on_volume.end(), id) != on_volume.end();
    EXPECT_EQ(job.has_value(), lies_somewhere);
    const bool is_whole = job && !job->files_purged;
    const std::uint64_t left = catalog.files().count(id);
    EXPECT_TRUE(job ? !is_whole || left == files_of_a_job : left == 0) << left;
  }
}

TEST(InterruptedPurge, LeavesNoJobThatSeemsToBeMoreThanItIs) {
  for (int fail_at = 0;; ++fail_at) {
    SCOPED_TRACE("fault at change " + std::to_string(fail_at));
    const TemporaryCatalog files;
    const auto catalog = files.open();
    VolumeRow row{.name = "V", .media_type = "File"};
    row.id = catalog->volumes().create(row);
    const std::array jobs{add_job(*catalog, "a", row.id), add_job(*catalog, "b", row.id)};
    bool failed = false;
    try {
      open_faulty_catalog(files.file(), std::make_shared<FaultCountdown>(fail_at))
          ->retention()
          .purge_jobs(jobs);
    } catch (const Error& error) {
      failed = true;
      EXPECT_EQ(error.kind(), ErrorKind::no_space);
    }
    expect_consistent(*catalog, row.id, jobs);
    catalog->retention().purge_jobs(jobs);
    EXPECT_FALSE(catalog->retention().has_jobs(row.id));
    EXPECT_THAT(catalog->jobs().list({}), ::testing::IsEmpty());
    if (!failed) break;
    ASSERT_LT(fail_at, 100);
  }
}

}  // namespace
}  // namespace holdfast::catalog
