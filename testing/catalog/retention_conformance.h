// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// The part of the conformance suite about retention, counters and quotas. Included by conformance.h.

#include "catalog/retention_catalog.h"
#include "catalog/schedule_catalog.h"
#include "catalog/statistics_catalog.h"

namespace holdfast::catalog {

class RetentionConformance : public CatalogConformance {
 protected:
  JobId copy_of(JobId original, JobType type = JobType::copy_of_job) {
    JobRow row;
    row.job = "copy." + std::to_string(++jobs_made_);
    row.name = "backup";
    row.type = type;
    row.level = JobLevel::full;
    row.client = ClientId(1);
    row.fileset = FileSetId(1);
    row.id = catalog_->jobs().create(row);
    row.status = JobStatus::terminated;
    row.prior = original;
    catalog_->jobs().finish(row);
    return row.id;
  }

  void put_on(JobId job, MediaId volume, std::uint32_t first = 1, std::uint32_t last = 1) {
    catalog_->volumes().add_piece({.job = job, .volume = volume, .first_index = first, .last_index = last});
  }

  std::vector<JobId> ended(const ExpiringFilter& filter) {
    std::vector<JobId> found;
    for (const ExpiringRow& row : catalog_->retention().ended_jobs(filter)) found.push_back(row.job);
    return found;
  }

  std::int64_t number(std::string_view sql) {
    std::int64_t value = -1;
    catalog_->queries().query(sql, {}, [&](const ResultRow& row) {
      value = row.number(0);
      return false;
    });
    return value;
  }

  void purge(std::initializer_list<JobId> jobs) {
    catalog_->retention().purge_jobs({jobs.begin(), jobs.size()});
  }
};

TEST_P(RetentionConformance, PurgingFilesLeavesTheJobAndMarksIt) {
  const JobId job = finished_job(JobLevel::full, 10);
  const JobId other = finished_job(JobLevel::full, 20);
  for (std::uint32_t i = 1; i <= 3; ++i) add_file(job, i, "/etc/", std::to_string(i));
  add_file(other, 1, "/etc/", "1");
  catalog_->retention().purge_files(std::array{job});
  EXPECT_EQ(catalog_->files().count(job), 0U);
  EXPECT_EQ(catalog_->files().count(other), 1U);
  EXPECT_TRUE(catalog_->jobs().find(job)->files_purged);
  EXPECT_FALSE(catalog_->jobs().find(other)->files_purged);
  EXPECT_THAT(ended({.only_with_file_rows = true}), ::testing::ElementsAre(other));
}

TEST_P(RetentionConformance, RemovesMoreFilesThanOneTransactionTakes) {
  const JobId job = finished_job(JobLevel::full, 10);
  std::vector<std::string> names;
  for (int i = 0; i < 11'000; ++i) names.push_back(std::to_string(i));
  std::vector<NewFile> files;
  for (const std::string& name : names)
    files.push_back({.file_index = 1, .path = "/srv/", .name = name, .stat = "A", .digest = "0"});
  catalog_->files().add(job, files);
  catalog_->retention().purge_files(std::array{job});
  EXPECT_EQ(catalog_->files().count(job), 0U);
}

TEST_P(RetentionConformance, WhatAnInterruptedPurgeLeftIsFoundAgain) {
  const JobId job = finished_job(JobLevel::full, 10);
  JobRow row = *catalog_->jobs().find(job);
  row.files_purged = true;
  catalog_->jobs().finish(row);
  EXPECT_THAT(ended({.only_with_file_rows = true}), ::testing::IsEmpty());
  add_file(job, 1, "/etc/", "left");
  EXPECT_THAT(ended({.only_with_file_rows = true}), ::testing::ElementsAre(job));
}

TEST_P(RetentionConformance, PurgingAJobTakesEverythingThatHangsOnIt) {
  const JobId job = finished_job(JobLevel::full, 10);
  const JobId other = finished_job(JobLevel::full, 20);
  const MediaId both = volume("V", 20);
  for (const JobId id : {job, other}) {
    add_file(id, 1, "/etc/", "passwd");
    put_on(id, both);
    catalog_->log().add({id, at(1), "text"});
    catalog_->files().add_restore_object({.job = id, .type = 25, .name = "o", .object = "x"});
  }
  purge({job});
  EXPECT_FALSE(catalog_->jobs().find(job));
  EXPECT_TRUE(catalog_->jobs().find(other));
  for (const char* table : {"Job", "File", "JobMedia", "Log", "RestoreObject"})
    EXPECT_EQ(number(std::string("SELECT COUNT(*) FROM ") + table), 1) << table;
  EXPECT_TRUE(catalog_->volumes().find(both));
  EXPECT_THAT(catalog_->retention().jobs_on(both), ::testing::ElementsAre(other));
  purge({other});
  EXPECT_FALSE(catalog_->retention().has_jobs(both));
}

TEST_P(RetentionConformance, AJobIsWholeFromWhenThatIsNotedUntilItIsPurged) {
  const JobId job = finished_job(JobLevel::full, 10);
  const JobId other = finished_job(JobLevel::full, 20);
  EXPECT_FALSE(catalog_->jobs().is_whole(job));
  for (int i = 0; i < 2; ++i) catalog_->jobs().note_whole(job);
  EXPECT_TRUE(catalog_->jobs().is_whole(job));
  EXPECT_FALSE(catalog_->jobs().is_whole(other));
  purge({job});
  EXPECT_FALSE(catalog_->jobs().is_whole(job));
}

TEST_P(RetentionConformance, AProofIsKeptUntilItsJobIsPurged) {
  const JobId job = finished_job(JobLevel::full, 0);
  EXPECT_FALSE(catalog_->proofs().find(job));
  ProofRow row{job, 10, 44, std::uint64_t{1} << 40, "00ff", true, false};
  catalog_->proofs().put(row);
  row.by_storage = true;
  catalog_->proofs().put(row);
  EXPECT_EQ(catalog_->proofs().find(job), row);
  catalog_->retention().purge_jobs(std::array{job});
  EXPECT_FALSE(catalog_->proofs().find(job));
}

TEST_P(RetentionConformance, TheOldestCopyOfAPurgedJobBecomesTheBackup) {
  const JobId original = finished_job(JobLevel::full, 10);
  const JobId first = copy_of(original);
  const JobId worker = copy_of(first, JobType::copy);
  const JobId second = copy_of(original);
  purge({original});
  EXPECT_EQ(catalog_->jobs().find(first)->type, JobType::backup);
  EXPECT_EQ(catalog_->jobs().find(second)->type, JobType::copy_of_job);
  EXPECT_FALSE(catalog_->jobs().find(worker));
  purge({first});
  EXPECT_EQ(catalog_->jobs().find(second)->type, JobType::backup);
}

TEST_P(RetentionConformance, ACopyThatGoesTogetherWithItsOriginalIsNoBackup) {
  const JobId original = finished_job(JobLevel::full, 10);
  const JobId first = copy_of(original);
  const JobId second = copy_of(original);
  purge({original, first});
  EXPECT_EQ(catalog_->jobs().find(second)->type, JobType::backup);
}

TEST_P(RetentionConformance, ListsEndedJobsByEveryConditionAndNeverOneThatRuns) {
  const JobId old = finished_job(JobLevel::full, 10);
  const JobId young = finished_job(JobLevel::incremental, 100);
  const JobId running = running_job();
  const MediaId tape = volume("V", 20);
  put_on(young, tape);
  put_on(running, tape);
  using ::testing::ElementsAre;
  EXPECT_THAT(ended({}), ElementsAre(old, young));
  EXPECT_THAT(ended({.tdate_before = at(11).time_since_epoch().count()}), ElementsAre());
  EXPECT_THAT(ended({.tdate_before = at(12).time_since_epoch().count()}), ElementsAre(old));
  EXPECT_THAT(ended({.volume = tape}), ElementsAre(young));
  EXPECT_THAT(ended({.client = ClientId(2)}), ElementsAre());
  EXPECT_THAT(ended({.statuses = {JobStatus::fatal}}), ElementsAre());
  EXPECT_TRUE(catalog_->retention().has_unfinished_job(tape));
  EXPECT_FALSE(catalog_->retention().has_unfinished_job(MediaId(99)));
}

TEST_P(RetentionConformance, ABackupIsReadableWhileItsVolumesAre) {
  const JobId good = finished_job(JobLevel::full, 10);
  const JobId nowhere = finished_job(JobLevel::full, 20);
  const JobId off = finished_job(JobLevel::full, 30);
  const JobId empty = finished_job(JobLevel::full, 40, 0);
  put_on(good, volume("V", 20));
  put_on(off, volume("Off", 20));
  VolumeRow row = *catalog_->volumes().find("Off");
  row.enabled = 0;
  catalog_->volumes().update(row);
  std::vector<std::pair<JobId, bool>> found;
  for (const BackupRow& backup : catalog_->retention().backups(ClientId(1)))
    found.emplace_back(backup.job, backup.is_readable);
  EXPECT_THAT(found, ::testing::ElementsAre(std::pair(good, true), std::pair(nowhere, false),
                                            std::pair(off, false), std::pair(empty, true)));
  EXPECT_THAT(catalog_->retention().backups(ClientId(2)), ::testing::IsEmpty());
}

TEST_P(RetentionConformance, KeepsStatisticsOnceAndPrunesThemByAge) {
  finished_job(JobLevel::full, 10);
  finished_job(JobLevel::full, 1000);
  running_job();
  auto& retention = catalog_->retention();
  EXPECT_EQ(retention.keep_statistics(at(500).time_since_epoch().count()), 1U);
  EXPECT_EQ(retention.keep_statistics(at(5000).time_since_epoch().count()), 1U);
  EXPECT_EQ(retention.keep_statistics(at(5000).time_since_epoch().count()), 0U);
  retention.prune_statistics(RetentionCatalog::Statistics::jobs, at(500));
  EXPECT_EQ(number("SELECT COUNT(*) FROM JobHisto"), 1);
  retention.prune_statistics(RetentionCatalog::Statistics::devices, at(500));
  retention.prune_statistics(RetentionCatalog::Statistics::job_samples, at(500));
}

TEST_P(RetentionConformance, TakesADirectoryOutOfTheCatalog) {
  using Below = RetentionCatalog::Below;
  const JobId job = finished_job(JobLevel::full, 10);
  add_file(job, 1, "/srv/a/", "1");
  add_file(job, 2, "/srv/a/b/", "2");
  add_file(job, 3, "/srv/ab/", "3");
  auto& retention = catalog_->retention();
  EXPECT_EQ(retention.purge_directory("/srv/a/", Below::only_itself, ClientId(2)), 0U);
  EXPECT_EQ(retention.purge_directory("/srv/a/", Below::only_itself, std::nullopt), 1U);
  EXPECT_EQ(retention.purge_directory("/srv/a/", Below::everything, ClientId(1)), 1U);
  EXPECT_EQ(catalog_->files().count(job), 1U);
  EXPECT_EQ(retention.purge_orphaned_paths("/srv/a/", Below::everything), 2U);
  EXPECT_EQ(number("SELECT COUNT(*) FROM Path"), 1);
  running_job();
  EXPECT_THROW(retention.purge_orphaned_paths("/srv/a/", Below::everything), Error);
}

TEST_P(RetentionConformance, SchedulesAreKnownSinceTheyWereFirstKept) {
  const Moment start{std::chrono::seconds(1'795'000'000)};
  const Moment later = start + std::chrono::hours(24);
  auto& schedules = catalog_->schedules();
  EXPECT_EQ(schedules.keep({{"a", {"1"}}}, start), (ScheduledSince{{"a", {{"1", Moment{}}}}}));
  const ScheduledSince with_new{{"a", {{"1", Moment{}}, {"2", later}}}, {"b", {{"1", later}}}};
  EXPECT_EQ(schedules.keep({{"a", {"1", "2"}}, {"b", {"1"}}}, later), with_new);
  EXPECT_EQ(schedules.keep({{"a", {"1", "2"}}, {"b", {"1"}}}, later + std::chrono::hours(1)), with_new);
  EXPECT_EQ(schedules.keep({}, later), ScheduledSince{});
  EXPECT_EQ(schedules.keep({{"a", {"1"}}}, later), (ScheduledSince{{"a", {{"1", later}}}}));
}

TEST_P(RetentionConformance, SamplesOfADeviceAreKeptUnderOneDevice) {
  Samples samples;
  const Moment time{std::chrono::seconds(1'795'384'262)};
  samples.devices = {{.time = time, .device = "drive", .read_bytes = std::uint64_t{1} << 40},
                     {.time = time, .device = "other"}};
  samples.jobs = {{.time = time, .device = "drive", .job = JobId(3), .files = 4, .bytes = 5}};
  samples.tapes = {{.time = time, .device = "drive", .alerts = 6}};
  for (int i = 0; i < 2; ++i) catalog_->statistics().add(StorageId(7), samples);
  const auto number = [&](std::string_view sql) {
    std::int64_t found = -1;
    catalog_->queries().query(sql, {}, [&](const ResultRow& row) {
      found = row.number(0);
      return false;
    });
    return found;
  };
  EXPECT_EQ(number("SELECT COUNT(*) FROM Device WHERE StorageId = 7 AND MediaTypeId = 0"), 2);
  EXPECT_EQ(number("SELECT COUNT(*) FROM DeviceStats"), 4);
  EXPECT_EQ(number("SELECT MAX(ReadBytes) FROM DeviceStats"), std::int64_t{1} << 40);
  EXPECT_EQ(number("SELECT COUNT(*) FROM JobStats JOIN Device ON Device.DeviceId = JobStats.DeviceId "
                   "WHERE Name = 'drive'"),
            2);
  EXPECT_EQ(number("SELECT SUM(AlertFlags) FROM TapeAlerts"), 12);
}

TEST_P(RetentionConformance, CountersStepFromTheMaximumToTheMinimum) {
  auto& counters = catalog_->counters();
  EXPECT_FALSE(counters.step("c"));
  counters.put({.name = "c", .minimum = 7, .maximum = 8});
  EXPECT_EQ(counters.step("c"), 7);
  EXPECT_EQ(counters.find("c")->current, 8);
  counters.put({.name = "c", .minimum = 7, .maximum = 9});  // the stored value wins
  EXPECT_EQ(counters.step("c"), 8);
  EXPECT_EQ(counters.step("c"), 9);
  EXPECT_EQ(counters.step("c"), 7);
  counters.put({.name = "c", .minimum = 20, .maximum = 30});
  EXPECT_EQ(counters.find("c")->current, 20);
}

TEST_P(RetentionConformance, AddsUpWhatAClientUses) {
  JobRow row;
  row.client = ClientId(1);
  for (const JobStatus status : {JobStatus::terminated, JobStatus::fatal}) {
    row.job = row.name = std::string(1, static_cast<char>(status));
    row.scheduled = at(status == JobStatus::fatal ? 10 : 20);
    row.status = JobStatus::created;
    row.id = catalog_->jobs().create(row);
    row.status = status;
    row.bytes = 3'000'000'000;
    catalog_->jobs().finish(row);
  }
  using Counted = QuotaCatalog::Counted;
  auto& quotas = catalog_->quotas();
  EXPECT_EQ(quotas.used_bytes(ClientId(1), at(0), Counted::all_jobs, JobId()), 6'000'000'000U);
  EXPECT_EQ(quotas.used_bytes(ClientId(1), at(0), Counted::only_good, JobId()), 3'000'000'000U);
  EXPECT_EQ(quotas.used_bytes(ClientId(1), at(15), Counted::all_jobs, JobId()), 3'000'000'000U);
  EXPECT_EQ(quotas.used_bytes(ClientId(1), at(0), Counted::all_jobs, row.id), 3'000'000'000U);
  EXPECT_EQ(quotas.used_bytes(ClientId(9), at(0), Counted::all_jobs, JobId()), 0U);
  EXPECT_EQ(quotas.get_or_create(ClientId(1)).grace_time, 0);
  quotas.update({ClientId(1), 77, 5'000'000'000});
  EXPECT_EQ(quotas.get_or_create(ClientId(1)).grace_time, 77);
  EXPECT_EQ(quotas.get_or_create(ClientId(1)).limit, 5'000'000'000U);
}

TEST_P(RetentionConformance, ChangesAVolumeWithoutLosingWhatOthersWrote) {
  const MediaId id = volume("V", 20);
  const auto stored = catalog_->retention().change_volume(id, [](VolumeRow& row) {
    row.status = "Used";
    row.bytes += 5;
  });
  EXPECT_EQ(stored->status, "Used");
  EXPECT_EQ(catalog_->volumes().find(id)->bytes, 5U);
  EXPECT_EQ(catalog_->volumes().find(id)->last_written, at(20));
  EXPECT_FALSE(catalog_->retention().change_volume(MediaId(99), [](VolumeRow&) {}));
}

TEST_P(RetentionConformance, CountsVolumesAndRemovesThem) {
  PoolRow pool;
  pool.name = "P";
  pool.id = catalog_->pools().put(pool);
  VolumeRow row{.name = "V", .pool = pool.id, .media_type = "File"};
  row.id = catalog_->volumes().create(row);
  auto& retention = catalog_->retention();
  retention.count_volumes();
  EXPECT_EQ(number("SELECT NumVols FROM Pool"), 1);
  EXPECT_EQ(retention.pools().at(0).volumes, 1U);
  retention.remove_volume(row.id);
  EXPECT_FALSE(catalog_->volumes().find(row.id));
  retention.remove_pool(pool.id);
  EXPECT_THAT(retention.pools(), ::testing::IsEmpty());
}

}  // namespace holdfast::catalog
