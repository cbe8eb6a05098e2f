// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// What every implementation of the catalog's roles must do. A test program instantiates the suite:
//   INSTANTIATE_TEST_SUITE_P(Sqlite, CatalogConformance, ::testing::Values(CatalogFactory{...}));

#include <gmock/gmock.h>

#include <functional>
#include <memory>

#include "base/error.h"
#include "catalog/catalog.h"

namespace holdfast::catalog {

/// Makes an empty catalog; null where the database is not installed.
using CatalogFactory = std::function<std::unique_ptr<Catalog>()>;

class CatalogConformance : public ::testing::TestWithParam<CatalogFactory> {
 protected:
  void SetUp() override {
    if (!catalog_) GTEST_SKIP() << "this database is not installed";
  }

  static Moment at(std::int64_t seconds) { return Moment(std::chrono::seconds(1'795'384'000 + seconds)); }

  /// A finished backup that started at `start` and saved `files` files.
  JobId finished_job(JobLevel level, std::int64_t start, std::uint32_t files = 1) {
    JobRow row;
    row.job = "backup.2026-11-22_21.51.04_" + std::to_string(++jobs_made_);
    row.name = "backup";
    row.level = level;
    row.scheduled = at(start);
    row.client = ClientId(1);
    row.fileset = FileSetId(1);
    row.id = catalog_->jobs().create(row);
    row.started = at(start);
    row.status = JobStatus::running;
    catalog_->jobs().start(row);
    row.status = JobStatus::terminated;
    row.ended = row.really_ended = at(start + 1);
    row.job_tdate = row.ended.time_since_epoch().count();
    row.files = files;
    row.session = {1, 77};
    catalog_->jobs().finish(row);
    return row.id;
  }

  JobId running_job() {
    JobRow row;
    row.job = "running.2026-11-22_21.51.04_" + std::to_string(++jobs_made_);
    row.name = "running";
    row.scheduled = at(0);
    row.id = catalog_->jobs().create(row);
    row.started = at(5);
    row.status = JobStatus::running;
    catalog_->jobs().start(row);
    return row.id;
  }

  void add_file(JobId job, std::uint32_t index, std::string_view path, std::string_view name,
                std::string_view stat = "A A IGk") {
    const NewFile file{.file_index = index, .path = path, .name = name, .stat = stat, .digest = "0"};
    catalog_->files().add(job, {&file, 1});
  }

  /// A version of /delta that builds on so many older ones.
  void add_part(JobId job, std::uint32_t index, std::int16_t delta) {
    const NewFile file{
        .file_index = index, .path = "/", .name = "delta", .stat = "A A IGk", .digest = "0", .delta = delta};
    catalog_->files().add(job, {&file, 1});
  }

  /// "index of job, index of job" of the current version of /delta and of the parts that it builds on.
  std::string parts_of_delta(std::span<const JobId> jobs) {
    std::string found;
    std::mutex mutex;
    const FileCatalog::Visitor visit = [&](const FileRow& file) {
      const std::lock_guard lock(mutex);
      found += fmt::format("{} of {}", file.file_index, file.job.value);
      for (const FilePart& part : file.parts)
        found += fmt::format(", {} of {}", part.file_index, part.job.value);
      if (std::cmp_less(file.parts.size(), file.delta)) found += ", not all";
      return true;
    };
    catalog_->files().list_current(jobs, visit);
    std::string listed = std::exchange(found, "");
    for (const auto paths : {FileCatalog::Paths::given, FileCatalog::Paths::left_out}) {
      catalog_->files().scan_current(jobs, "", paths, [&] { return visit; });
      EXPECT_EQ(std::exchange(found, ""), listed);
    }
    return listed;
  }

  /// "path name index" of each file a listing gives.
  template <typename List>
  static std::vector<std::string> listed(List&& list) {
    std::vector<std::string> found;
    list([&](const FileRow& file) {
      found.push_back(std::string(file.path) + std::string(file.name) + " " +
                      std::to_string(file.file_index) + " of " + std::to_string(file.job.value));
      return true;
    });
    return found;
  }

  MediaId volume(const std::string& name, std::int64_t written = 0, const std::string& status = "Append") {
    VolumeRow row;
    row.name = name;
    row.pool = PoolId(1);
    row.media_type = "File";
    row.status = status;
    if (written != 0) row.last_written = at(written);
    return catalog_->volumes().create(row);
  }

  std::unique_ptr<Catalog> catalog_ = GetParam()();
  int jobs_made_ = 0;
};

TEST_P(CatalogConformance, GivesJobsGrowingIdsAndFindsThemAgain) {
  const JobId first = finished_job(JobLevel::full, 10, 3);
  const JobId second = finished_job(JobLevel::incremental, 20);
  EXPECT_LT(first, second);
  const auto row = catalog_->jobs().find(first);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->level, JobLevel::full);
  EXPECT_EQ(row->status, JobStatus::terminated);
  EXPECT_EQ(row->started, at(10));
  EXPECT_EQ(row->ended, at(11));
  EXPECT_EQ(row->files, 3U);
  EXPECT_EQ(row->session, (VolumeSession{1, 77}));
  EXPECT_EQ(catalog_->jobs().find(row->job)->id, first);
  EXPECT_FALSE(catalog_->jobs().find(JobId(99)));
  EXPECT_FALSE(catalog_->jobs().find("nobody"));
}

TEST_P(CatalogConformance, ChoosesJobsByEveryConditionOfAFilter) {
  const JobId full = finished_job(JobLevel::full, 10);
  const JobId empty = finished_job(JobLevel::incremental, 20, 0);
  const JobId last = finished_job(JobLevel::incremental, 30);
  running_job();
  const auto ids = [&](const JobFilter& filter) {
    std::vector<JobId> found;
    for (const JobRow& row : catalog_->jobs().list(filter)) found.push_back(row.id);
    return found;
  };
  using ::testing::ElementsAre;
  EXPECT_THAT(ids({.name = "backup"}), ElementsAre(full, empty, last));
  EXPECT_THAT(ids({.name = "backup", .order = JobFilter::Order::newest_start_first, .limit = 2}),
              ElementsAre(last, empty));
  EXPECT_THAT(ids({.levels = {JobLevel::full}, .statuses = {JobStatus::terminated, JobStatus::warnings}}),
              ElementsAre(full));
  EXPECT_THAT(ids({.client = ClientId(1), .fileset = FileSetId(1), .only_with_files = true}),
              ElementsAre(full, last));
  EXPECT_THAT(ids({.started_after = at(10), .started_before = at(30)}), ElementsAre(empty));
  EXPECT_THAT(ids({.types = {JobType::restore}}), ElementsAre());
}

TEST_P(CatalogConformance, KeepsFileNamesOfAnyBytes) {
  const JobId job = finished_job(JobLevel::full, 10);
  const std::string path = "/caf\xe9/\xff\n/";
  const std::string name = "a'b\"c\\ \x01\xc3";
  add_file(job, 1, path, name, "P0A gAB");
  std::string found_path, found_name, found_stat;
  catalog_->files().list(job, [&](const FileRow& file) {
    found_path = file.path;
    found_name = file.name;
    found_stat = file.stat;
    return true;
  });
  EXPECT_EQ(found_path, path);
  EXPECT_EQ(found_name, name);
  EXPECT_EQ(found_stat, "P0A gAB");
}

TEST_P(CatalogConformance, ShowsFilesOnlyWhenTheirJobIsComplete) {
  const JobId job = running_job();
  add_file(job, 1, "/etc/", "passwd");
  EXPECT_EQ(catalog_->files().count(job), 1U);
  const auto list = [&](const FileCatalog::Visitor& visit) { catalog_->files().list(job, visit); };
  const auto current = [&](const FileCatalog::Visitor& visit) {
    catalog_->files().list_current(std::array{job}, visit);
  };
  EXPECT_THAT(listed(list), ::testing::IsEmpty());
  EXPECT_THAT(listed(current), ::testing::IsEmpty());
  JobRow row = *catalog_->jobs().find(job);
  row.status = JobStatus::terminated;
  catalog_->jobs().finish(row);
  EXPECT_THAT(listed(list), ::testing::SizeIs(1));
  EXPECT_THAT(listed(current), ::testing::SizeIs(1));
}

TEST_P(CatalogConformance, InterruptedJobsFailAndLoseTheirFiles) {
  const JobId done = finished_job(JobLevel::full, 10);
  add_file(done, 1, "/etc/", "kept");
  const JobId job = running_job();
  add_file(job, 1, "/etc/", "lost");
  const auto failed = catalog_->jobs().fail_interrupted(at(100));
  ASSERT_THAT(failed, ::testing::SizeIs(1));
  EXPECT_EQ(failed[0].id, job);
  const auto row = catalog_->jobs().find(job);
  EXPECT_EQ(row->status, JobStatus::fatal);
  EXPECT_EQ(row->ended, row->started);
  EXPECT_EQ(catalog_->files().count(job), 0U);
  EXPECT_EQ(catalog_->files().count(done), 1U);
  EXPECT_EQ(catalog_->jobs().find(done)->status, JobStatus::terminated);
  EXPECT_THAT(catalog_->jobs().fail_interrupted(at(101)), ::testing::IsEmpty());
}

TEST_P(CatalogConformance, OfEveryFileTheYoungestVersionIsCurrentAndDeletedOnesAreGone) {
  const JobId full = finished_job(JobLevel::full, 10);
  add_file(full, 1, "/etc/", "same");
  add_file(full, 2, "/etc/", "changed");
  add_file(full, 3, "/etc/", "deleted");
  const JobId incremental = finished_job(JobLevel::incremental, 20);
  add_file(incremental, 1, "/etc/", "changed");
  add_file(incremental, 0, "/etc/", "deleted");
  const std::array jobs{full, incremental};
  EXPECT_THAT(listed([&](const FileCatalog::Visitor& visit) { catalog_->files().list_current(jobs, visit); }),
              ::testing::ElementsAre("/etc/changed 1 of 2", "/etc/same 1 of 1"));
  EXPECT_EQ(catalog_->files().count_current(jobs), 2U);
}

TEST_P(CatalogConformance, AFileSavedInPartsComesWithTheOlderPartsThatItBuildsOn) {
  const JobId old = finished_job(JobLevel::full, 10);
  add_part(old, 7, 0);
  const JobId full = finished_job(JobLevel::full, 20);
  add_part(full, 1, 0);
  const JobId second = finished_job(JobLevel::incremental, 30);
  add_part(second, 4, 1);
  const JobId third = finished_job(JobLevel::incremental, 40);
  add_part(third, 2, 2);
  const JobId new_full = finished_job(JobLevel::full, 50);
  add_part(new_full, 9, 0);
  EXPECT_EQ(parts_of_delta(std::array{old, full, second, third}), "2 of 4, 4 of 3, 1 of 2");
  EXPECT_EQ(parts_of_delta(std::array{old, full, second}), "4 of 3, 1 of 2");
  EXPECT_EQ(parts_of_delta(std::array{full, third}), "2 of 4, not all");
  EXPECT_EQ(parts_of_delta(std::array{second, third}), "2 of 4, 4 of 3, not all");
  EXPECT_EQ(parts_of_delta(std::array{full, second, third, new_full}), "9 of 5");
}

TEST_P(CatalogConformance, PartsOfAConsolidatedFileAreAllOfOneJob) {
  const JobId job = finished_job(JobLevel::full, 10);
  for (const int index : {1, 2, 3})
    add_part(job, static_cast<std::uint32_t>(index), static_cast<std::int16_t>(index - 1));
  EXPECT_EQ(parts_of_delta(std::array{job}), "3 of 1, 2 of 1, 1 of 1");
}

TEST_P(CatalogConformance, TheYoungestVersionIsThatOfTheJobThatEndedLast) {
  const JobId later = finished_job(JobLevel::full, 20);
  const JobId earlier = finished_job(JobLevel::full, 10);
  add_file(later, 1, "/etc/", "file");
  add_file(earlier, 2, "/etc/", "file");
  const std::array jobs{later, earlier};
  EXPECT_THAT(listed([&](const FileCatalog::Visitor& visit) { catalog_->files().list_current(jobs, visit); }),
              ::testing::ElementsAre("/etc/file 1 of 1"));
}

TEST_P(CatalogConformance, OfAFileThatAJobSavedTwiceTheSecondVersionCounts) {
  const JobId job = finished_job(JobLevel::full, 10);
  add_file(job, 1, "/etc/", "twice");
  add_file(job, 2, "/etc/", "twice");
  add_file(job, 3, "/etc/", "once");
  const std::array jobs{job};
  auto& files = catalog_->files();
  const auto expected = ::testing::ElementsAre("/etc/once 3 of 1", "/etc/twice 2 of 1");
  EXPECT_THAT(listed([&](const FileCatalog::Visitor& visit) { files.list_current(jobs, visit); }), expected);
  EXPECT_THAT(listed([&](const FileCatalog::Visitor& visit) { files.list_below(jobs, "/etc/", visit); }),
              expected);
  EXPECT_THAT(listed([&](const FileCatalog::Visitor& visit) { files.list_directory(jobs, "/etc/", visit); }),
              ::testing::ElementsAre("/etc/once 3 of 1", "/etc/twice 2 of 1"));
  EXPECT_EQ(files.count_current(jobs), 2U);
}

TEST_P(CatalogConformance, WalksTheTreeDirectoryByDirectory) {
  const JobId job = finished_job(JobLevel::full, 10);
  add_file(job, 1, "/srv/a/", "file");
  add_file(job, 2, "/srv/a-b/c/", "deep");
  add_file(job, 3, "/srv/", "top");
  add_file(job, 4, "/srv/", "");
  const JobId other = finished_job(JobLevel::full, 10);
  add_file(other, 1, "/srv/other/", "file");
  const std::array jobs{job};
  auto& files = catalog_->files();
  using ::testing::ElementsAre;
  EXPECT_THAT(files.directories(jobs, ""), ElementsAre("/"));
  EXPECT_THAT(files.directories(jobs, "/"), ElementsAre("/srv/"));
  EXPECT_THAT(files.directories(jobs, "/srv/"), ElementsAre("/srv/a-b/", "/srv/a/"));
  EXPECT_THAT(files.directories(jobs, "/srv/a/"), ElementsAre());
  EXPECT_THAT(listed([&](const FileCatalog::Visitor& visit) { files.list_directory(jobs, "/srv/", visit); }),
              ElementsAre("/srv/ 4 of 1", "/srv/top 3 of 1"));
  EXPECT_THAT(listed([&](const FileCatalog::Visitor& visit) { files.list_below(jobs, "/srv/a-b/", visit); }),
              ElementsAre("/srv/a-b/c/deep 2 of 1"));
  EXPECT_THAT(listed([&](const FileCatalog::Visitor& visit) { files.list_below(jobs, "", visit); }),
              ::testing::SizeIs(4));
}

TEST_P(CatalogConformance, AVisitorCanEndAListing) {
  const JobId job = finished_job(JobLevel::full, 10);
  for (std::uint32_t i = 1; i <= 10; ++i) add_file(job, i, "/", std::to_string(i));
  int seen = 0;
  catalog_->files().list(job, [&](const FileRow&) { return ++seen < 3; });
  EXPECT_EQ(seen, 3);
  add_file(job, 11, "/", "still usable");
}

TEST_P(CatalogConformance, RefusesASecondVolumeOfTheSameName) {
  volume("Full-0001");
  EXPECT_THROW(volume("Full-0001"), Error);
  EXPECT_EQ(catalog_->volumes().highest_id(), MediaId(1));
}

TEST_P(CatalogConformance, OffersTheVolumeWrittenLastFirstAndNeverWrittenOnesAtTheEnd) {
  volume("never");
  volume("old", 10);
  volume("recent", 20);
  volume("full", 30, "Full");
  std::vector<std::string> names;
  for (const VolumeRow& row : catalog_->volumes().list({.pool = PoolId(1),
                              .media_type = "File",
                              .statuses = {"Append"},
                              .enabled = std::int16_t{1},
                              .order = VolumeFilter::Order::most_recently_written_first}))
    names.push_back(row.name);
  EXPECT_THAT(names, ::testing::ElementsAre("recent", "old", "never"));
}

TEST_P(CatalogConformance, RemembersEverythingAboutAVolume) {
  VolumeRow row;
  row.name = "Full-0001";
  row.pool = PoolId(3);
  row.media_type = "File";
  row.status = "Unlabeled";
  row.id = catalog_->volumes().create(row);
  row.status = "Append";
  row.first_written = at(1);
  row.labelled = at(2);
  row.bytes = 5'000'000'000'000;
  row.write_time = 12345;
  row.slot = 7;
  row.in_changer = true;
  row.storage = StorageId(2);
  catalog_->volumes().update(row);
  const auto found = catalog_->volumes().find("Full-0001");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, row.id);
  EXPECT_EQ(found->status, "Append");
  EXPECT_EQ(found->first_written, at(1));
  EXPECT_EQ(found->labelled, at(2));
  EXPECT_EQ(found->last_written, Moment{});
  EXPECT_EQ(found->bytes, 5'000'000'000'000U);
  EXPECT_EQ(found->write_time, 12345);
  EXPECT_TRUE(found->in_changer);
  EXPECT_EQ(catalog_->volumes().find(row.id)->name, "Full-0001");
}

TEST_P(CatalogConformance, AVolumePutIntoASlotTakesItFromTheOneBefore) {
  VolumeRow row;
  row.media_type = "Tape";
  row.slot = 4;
  row.in_changer = true;
  row.storage = StorageId(2);
  row.name = "first";
  catalog_->volumes().create(row);
  row.name = "second";
  catalog_->volumes().create(row);
  EXPECT_FALSE(catalog_->volumes().find("first")->in_changer);
  EXPECT_EQ(catalog_->volumes().find("first")->slot, 0);
  EXPECT_TRUE(catalog_->volumes().find("second")->in_changer);
}

TEST_P(CatalogConformance, NumbersThePiecesOfAJobAndForgetsPlaceholders) {
  const MediaId first = volume("A");
  const MediaId second = volume("B");
  const JobId job = finished_job(JobLevel::full, 10);
  auto& volumes = catalog_->volumes();
  volumes.add_piece({.job = job, .volume = first});
  volumes.add_piece(
      {.job = job, .volume = first, .first_index = 1, .last_index = 5, .start_block = 184, .end_block = 999});
  volumes.add_piece(
      {.job = job, .volume = second, .first_index = 5, .last_index = 9, .end_file = 1, .end_block = 65535});
  EXPECT_THAT(volumes.names_of_job(job), ::testing::ElementsAre("A", "B"));
  const auto pieces = volumes.pieces(job);
  ASSERT_THAT(pieces, ::testing::SizeIs(2));
  EXPECT_EQ(pieces[0].piece.volume_index, 2U);
  EXPECT_EQ(pieces[0].volume_name, "A");
  EXPECT_EQ(pieces[0].session, (VolumeSession{1, 77}));
  EXPECT_EQ(pieces[1].piece.end_address(), 4'295'032'831U);
  EXPECT_EQ(volumes.find("B")->end_block, 65535U);
  volumes.delete_placeholders(job);
  volumes.add_piece({.job = job, .volume = second, .first_index = 9, .last_index = 9});
  EXPECT_EQ(volumes.pieces(job).back().piece.volume_index, 4U);
}

TEST_P(CatalogConformance, PoolsFollowTheirResourceAndCountTheirVolumes) {
  PoolRow row;
  row.name = "Full";
  row.max_volumes = 1;
  row.label_format = "Full-";
  const PoolId id = catalog_->pools().put(row);
  VolumeRow volume_row;
  volume_row.media_type = "File";
  volume_row.pool = id;
  for (const char* name : {"Full-0001", "Full-0002"}) {
    volume_row.name = name;
    catalog_->volumes().create(volume_row);
  }
  row.volume_retention = 100;
  EXPECT_EQ(catalog_->pools().put(row), id);
  const auto found = catalog_->pools().find("Full");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->volumes, 2U);
  EXPECT_EQ(found->max_volumes, 2U);
  EXPECT_EQ(found->volume_retention, 100);
  EXPECT_EQ(catalog_->pools().find(id)->label_format, "Full-");
}

TEST_P(CatalogConformance, AFileSetIsItsNameAndItsDigest) {
  auto& filesets = catalog_->filesets();
  using Match = FileSetCatalog::Match;
  const FileSetRow row{.name = "Etc", .text = "one", .md5 = "AAAA"};
  const FileSetRow changed{.name = "Etc", .text = "two", .md5 = "BBBB"};
  const FileSetId first = filesets.get_or_create(row, Match::name_and_md5, at(1)).id;
  EXPECT_EQ(filesets.get_or_create(row, Match::name_and_md5, at(2)).id, first);
  EXPECT_EQ(filesets.find(first)->created, at(1));
  const FileSetId second = filesets.get_or_create(changed, Match::name_and_md5, at(3)).id;
  EXPECT_NE(second, first);
  EXPECT_EQ(filesets.get_or_create(row, Match::newest_of_name, at(4)).id, second);
}

TEST_P(CatalogConformance, AFileSetTellsSinceWhenItHasItsText) {
  auto& filesets = catalog_->filesets();
  using Match = FileSetCatalog::Match;
  FileSetRow row{.name = "Etc", .text = "one", .md5 = "AAAA"};
  const FileSetId id = filesets.get_or_create(row, Match::name_and_md5, at(1)).id;
  filesets.get_or_create(row, Match::name_and_md5, at(2));
  EXPECT_EQ(filesets.find(id)->text_since, Moment{});
  for (const int changed : {3, 5}) {
    row.text = fmt::format("at {}", changed);
    filesets.get_or_create(row, Match::name_and_md5, at(changed));
    filesets.get_or_create(row, Match::name_and_md5, at(changed + 1));
    EXPECT_EQ(filesets.find(id)->text_since, at(changed));
    EXPECT_EQ(filesets.find(id)->text, row.text);
  }
}

TEST_P(CatalogConformance, ClientsAndStoragesAreCreatedOnce) {
  const ClientRow row = catalog_->clients().get_or_create("lab-fd");
  EXPECT_EQ(catalog_->clients().get_or_create("lab-fd").id, row.id);
  ClientRow changed = row;
  changed.uname = "25.1.0";
  changed.file_retention = 5'184'000;
  catalog_->clients().update(changed);
  EXPECT_EQ(catalog_->clients().find("lab-fd")->uname, "25.1.0");
  EXPECT_EQ(catalog_->clients().find(row.id)->file_retention, 5'184'000);
  const StorageId storage = catalog_->storages().put_storage("File", false);
  EXPECT_EQ(catalog_->storages().put_storage("File", true), storage);
  EXPECT_TRUE(catalog_->storages().find_storage(storage)->autochanger);
}

TEST_P(CatalogConformance, TheLogOfAJobComesBackInOrder) {
  catalog_->log().add({JobId(1), at(1), "first\n"});
  catalog_->log().add({JobId(2), at(2), "other\n"});
  catalog_->log().add({JobId(1), at(3), "last\n"});
  std::vector<std::string> texts;
  catalog_->log().list(JobId(1), [&](const LogRow& row) {
    texts.push_back(row.text);
    return true;
  });
  EXPECT_THAT(texts, ::testing::ElementsAre("first\n", "last\n"));
}

TEST_P(CatalogConformance, RestoreObjectsKeepTheirBytes) {
  const std::string object("a\0b\xff", 4);
  catalog_->files().add_restore_object({.job = JobId(3),
                                        .file_index = 2,
                                        .type = 25,
                                        .index = 1,
                                        .full_length = 4,
                                        .plugin = "bpipe",
                                        .name = "x",
                                        .object = object});
  const auto found = catalog_->files().restore_objects(std::array{JobId(3)});
  ASSERT_THAT(found, ::testing::SizeIs(1));
  EXPECT_EQ(found[0].object, object);
  EXPECT_EQ(found[0].plugin, "bpipe");
}

TEST_P(CatalogConformance, QueriesGiveNamedColumnsAndTellWhatIsWrong) {
  finished_job(JobLevel::full, 10, 7);
  std::vector<std::string> names;
  std::vector<std::string> texts;
  const SqlValue values[] = {std::int64_t{1}};
  catalog_->queries().query(
      "SELECT JobId AS jobid, Name AS name, NULL AS missing, JobFiles AS jobfiles FROM Job WHERE JobId = ?1",
      values,
      [&](const ResultRow& row) {
        for (std::size_t i = 0; i < row.columns(); ++i)
          texts.push_back(row.is_null(i) ? "NULL" : std::string(row.text(i)));
        return true;
      },
      [&](const ResultRow& row) {
        for (std::size_t i = 0; i < row.columns(); ++i) names.emplace_back(row.name(i));
      });
  EXPECT_THAT(names, ::testing::ElementsAre("jobid", "name", "missing", "jobfiles"));
  EXPECT_THAT(texts, ::testing::ElementsAre("1", "backup", "NULL", "7"));
  EXPECT_THROW(catalog_->queries().query("SELEKT 1", {}, [](const ResultRow&) { return true; }), Error);
}

TEST_P(CatalogConformance, AVerifyJobFindsFilesInTheFirstJobThatHasThemAndListsWhatItDidNotMark) {
  const JobId older = finished_job(JobLevel::full, 10, 3);
  const JobId newer = finished_job(JobLevel::incremental, 20, 2);
  add_file(older, 1, "/etc/", "a", "old a");
  add_file(older, 2, "/etc/", "b");
  add_file(older, 3, "/etc/", "");
  add_file(newer, 1, "/etc/", "a", "new a");
  add_file(newer, 0, "/etc/", "b");
  const std::array jobs{newer, older};
  VerifyCatalog& verify = catalog_->verify();
  EXPECT_EQ(verify.find(jobs, "/etc/", "a")->stat, "new a");
  EXPECT_EQ(verify.find(jobs, "/etc/", "b")->file_index, 0U);
  EXPECT_EQ(verify.find(jobs, "/etc/", "")->job, older);
  EXPECT_FALSE(verify.find(jobs, "/etc/", "c"));
  EXPECT_FALSE(verify.find(jobs, "/var/", "a"));

  const JobId verifier(77);
  const std::array met{verify.find(std::array{older}, "/etc/", "a")->id};
  verify.mark(met, verifier);
  std::vector<std::string> missing;
  const auto take = [&](std::string_view name) {
    missing.emplace_back(name);
    return true;
  };
  verify.list_unmarked(older, verifier, take);
  EXPECT_THAT(missing, ::testing::ElementsAre("/etc/b", "/etc/"));
  missing.clear();
  verify.list_unmarked(newer, verifier, take);
  EXPECT_THAT(missing, ::testing::ElementsAre("/etc/a"));
}

TEST_P(CatalogConformance, AFileIsCountedAsDeletedUntilALaterJobHasItAgain) {
  const JobId full = finished_job(JobLevel::full, 10, 2);
  const JobId deletes = finished_job(JobLevel::incremental, 20, 2);
  const JobId saves = finished_job(JobLevel::incremental, 30, 1);
  add_file(full, 1, "/etc/", "a");
  add_file(full, 2, "/etc/", "b");
  add_file(deletes, 0, "/etc/", "a");
  add_file(deletes, 0, "/etc/", "b");
  add_file(saves, 1, "/etc/", "b");
  EXPECT_EQ(catalog_->verify().count_deleted(std::array{full, deletes}), 2U);
  EXPECT_EQ(catalog_->verify().count_deleted(std::array{full, deletes, saves}), 1U);
}

}  // namespace holdfast::catalog

#include "testing/catalog/copy_conformance.h"
#include "testing/catalog/retention_conformance.h"
#include "testing/catalog/tree_conformance.h"
