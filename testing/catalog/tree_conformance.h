// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// The part of the conformance suite about restore selection: base files, long chains, the cache of directories. Included
// by conformance.h.

#include <fmt/format.h>

#include <atomic>
#include <list>

#include "catalog/bvfs_catalog.h"

namespace holdfast::catalog {

class TreeConformance : public CatalogConformance {
 protected:
  void execute(std::string_view sql) {
    catalog_->queries().query(sql, {}, [](const ResultRow&) { return true; });
  }

  std::vector<std::string> current(std::span<const JobId> jobs) {
    return listed([&](const FileCatalog::Visitor& visit) { catalog_->files().list_current(jobs, visit); });
  }

  /// What several threads find, in order.
  std::vector<std::string> scanned(std::span<const JobId> jobs, std::string_view below,
                                   FileCatalog::Paths paths) {
    std::list<std::vector<std::string>> parts;
    catalog_->files().scan_current(jobs, below, paths, [&]() -> FileCatalog::Visitor {
      return [&part = parts.emplace_back()](const FileRow& row) {
        part.push_back(fmt::format("{}{} {} of {}", row.path, row.name, row.file_index, row.job.value));
        return true;
      };
    });
    std::vector<std::string> all;
    for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
    std::sort(all.begin(), all.end());
    return all;
  }

  std::vector<std::string> rows(std::string_view sql) {
    std::vector<std::string> found;
    catalog_->queries().query(sql, {}, [&](const ResultRow& row) {
      std::string text;
      for (std::size_t i = 0; i < row.columns(); ++i) text += (i > 0 ? "|" : "") + std::string(row.text(i));
      found.push_back(text);
      return true;
    });
    return found;
  }

  /// Jobs 1 and 2, as the peer would have left them: a base job, and one that took two files over from it and saved one
  /// of these itself as well.
  void base_and_full() {
    execute("INSERT INTO Path (PathId, Path) VALUES (1001, '/etc/'), (1002, '/etc/only base/')");
    execute(
        "INSERT INTO Job (JobId, Job, Name, Type, Level, JobStatus, JobTDate) VALUES "
        "(1, 'base', 'j', 'B', 'B', 'T', 10), (2, 'full', 'j', 'B', 'F', 'T', 20)");
    execute(
        "INSERT INTO File (FileId, FileIndex, JobId, PathId, LStat, MD5, Name) VALUES "
        "(1, 1, 1, 1001, '', '', 'taken over'), (2, 2, 1, 1001, '', '', 'changed'), "
        "(3, 3, 1, 1001, '', '', 'not taken'), (5, 4, 1, 1002, '', '', 'deep'), (4, 1, 2, 1001, '', '', "
        "'changed')");
    execute(
        "INSERT INTO BaseFiles (BaseJobId, JobId, FileId, FileIndex) VALUES (1, 2, 1, 1), (1, 2, 2, 2), (1, "
        "2, 5, "
        "4)");
  }
};

TEST_P(TreeConformance, FilesTakenOverFromABaseJobAreCurrentUnlessTheJobHasThemItself) {
  base_and_full();
  const std::array jobs{JobId(2)};
  EXPECT_THAT(current(jobs), ::testing::ElementsAre("/etc/changed 1 of 2", "/etc/taken over 1 of 1",
                                                    "/etc/only base/deep 4 of 1"));
  EXPECT_EQ(catalog_->files().count_current(jobs), 3U);
  EXPECT_EQ(scanned(jobs, "", FileCatalog::Paths::given),
            (std::vector<std::string>{"/etc/changed 1 of 2", "/etc/only base/deep 4 of 1",
                                      "/etc/taken over 1 of 1"}));
}

TEST_P(TreeConformance, DirectoriesThatOnlyABaseJobHasAreWalkedThrough) {
  base_and_full();
  const std::array jobs{JobId(2)};
  for (const bool is_cached : {false, true}) {
    SCOPED_TRACE(is_cached ? "with cache" : "without cache");
    if (is_cached) catalog_->bvfs().build(JobId(2));
    EXPECT_THAT(catalog_->files().directories(jobs, "/etc/"), ::testing::ElementsAre("/etc/only base/"));
    EXPECT_THAT(listed([&](const FileCatalog::Visitor& visit) {
                  catalog_->files().list_directory(jobs, "/etc/only base/", visit);
                }),
                ::testing::ElementsAre("/etc/only base/deep 4 of 1"));
  }
}

TEST_P(TreeConformance, AgreesWithANaiveModelOverRandomChains) {
  std::uint32_t random = 12345;
  const auto below = [&](std::uint32_t limit) {
    return (random = random * 1664525 + 1013904223) / 65536 % limit;
  };
  std::map<std::string, std::string> expected;
  std::vector<JobId> jobs;
  for (std::int64_t number = 1; number <= 7; ++number) {
    const JobId job = finished_job(JobLevel::incremental, 10 * number);
    jobs.push_back(job);
    for (std::uint32_t index = 1; index <= 40; ++index) {
      const std::string path = "/" + std::to_string(below(4)) + "/";
      const std::string name = below(9) == 0 ? "" : std::to_string(below(25));
      const bool is_deleted = below(4) == 0;
      add_file(job, is_deleted ? 0 : index, path, name);
      expected[path + name] = fmt::format("{}{} {} of {}", path, name, index, job.value);
      if (is_deleted) expected.erase(path + name);
    }
  }
  std::vector<std::string> values;
  for (const auto& [name, text] : expected) values.push_back(text);
  EXPECT_THAT(current(jobs), ::testing::UnorderedElementsAreArray(values));
  EXPECT_EQ(catalog_->files().count_current(jobs), values.size());
  EXPECT_EQ(catalog_->files().count_current(jobs, 3), 3U);
  EXPECT_THAT(scanned(jobs, "", FileCatalog::Paths::given), ::testing::UnorderedElementsAreArray(values));
  EXPECT_THAT(scanned(jobs, "", FileCatalog::Paths::left_out), ::testing::SizeIs(values.size()));
  std::erase_if(values, [](const std::string& text) { return !text.starts_with("/2/"); });
  EXPECT_THAT(scanned(jobs, "/2/", FileCatalog::Paths::given), ::testing::UnorderedElementsAreArray(values));
}

TEST_P(TreeConformance, WhatAVisitorOfAScanThrowsReachesTheCaller) {
  const JobId job = finished_job(JobLevel::full, 10);
  for (std::uint32_t i = 1; i <= 100; ++i) add_file(job, i, fmt::format("/{}/", i), "file");
  const std::array jobs{job};
  const auto scan = [&](const FileCatalog::Visitor& visit) {
    catalog_->files().scan_current(jobs, "", FileCatalog::Paths::given, [&] { return visit; });
  };
  EXPECT_THROW(scan([](const FileRow&) -> bool { throw Error(ErrorKind::cancelled, "enough"); }), Error);
  std::atomic<int> seen = 0;
  scan([&](const FileRow&) { return ++seen < 0; });
  EXPECT_LE(seen, 4);
  EXPECT_EQ(catalog_->files().count_current(jobs), 100U);
}

TEST_P(TreeConformance, DirectoriesOfOtherJobsAreNoneOfTheTree) {
  const JobId job = finished_job(JobLevel::full, 10);
  const JobId other = finished_job(JobLevel::full, 20);
  add_file(job, 1, "/a/", "file");
  for (std::uint32_t i = 1; i <= 30; ++i) add_file(other, i, fmt::format("/b/{}/", i), "file");
  add_file(job, 2, "/c/", "file");
  for (std::uint32_t i = 31; i <= 60; ++i) add_file(other, i, fmt::format("/d{}/", i), "file");
  add_file(other, 61, "/a/", "file");
  add_file(job, 3, "/d44/", "file");
  add_file(job, 0, "/d45/", "deleted");
  const std::array jobs{job};
  EXPECT_THAT(catalog_->files().directories(jobs, "/"), ::testing::ElementsAre("/a/", "/c/", "/d44/"));
  EXPECT_THAT(catalog_->files().directories(jobs, "/b/"), ::testing::IsEmpty());
  EXPECT_THAT(catalog_->files().directories(std::array{other}, "/b/"), ::testing::SizeIs(30));
}

TEST_P(TreeConformance, RecordsOfDirectoriesAloneAreTheirNewest) {
  const JobId full = finished_job(JobLevel::full, 10);
  const JobId incremental = finished_job(JobLevel::incremental, 20);
  add_file(full, 1, "/a/", "");
  add_file(full, 2, "/a/", "file");
  add_file(full, 3, "/b/", "");
  add_file(full, 4, "/c/", "file");
  add_file(incremental, 1, "/b/", "");
  const std::array jobs{full, incremental};
  const std::vector<std::string> paths{"/a/", "/b/", "/c/", "/nothing/"};
  const auto found = listed([&](const FileCatalog::Visitor& visit) {
    catalog_->files().list_directories_alone(jobs, paths, visit);
  });
  EXPECT_THAT(found, ::testing::UnorderedElementsAre(fmt::format("/a/ 1 of {}", full.value),
                                                     fmt::format("/b/ 1 of {}", incremental.value)));
}

TEST_P(TreeConformance, ALongChainIsMergedToo) {
  std::vector<JobId> jobs;
  for (std::int64_t number = 1; number <= 230; ++number) {
    jobs.push_back(finished_job(JobLevel::incremental, number));
    add_file(jobs.back(), 1, "/", std::to_string(number % 3));
  }
  EXPECT_THAT(current(jobs), ::testing::ElementsAre("/0 1 of 228", "/1 1 of 229", "/2 1 of 230"));
}

TEST_P(TreeConformance, ManyFilesComeInPieces) {
  const JobId job = finished_job(JobLevel::full, 10);
  std::vector<std::string> paths, names;
  for (int i = 0; i < 4'321; ++i) {
    paths.push_back(fmt::format("/{}/", i % 333));
    names.push_back(fmt::format("{:05}", i));
  }
  std::vector<NewFile> files;
  for (std::uint32_t i = 0; i < names.size(); ++i)
    files.push_back({.file_index = i + 1, .path = paths[i], .name = names[i], .stat = "A", .digest = "0"});
  catalog_->files().add(job, files);
  const std::array jobs{job};
  EXPECT_THAT(current(jobs), ::testing::SizeIs(4'321));
  EXPECT_THAT(listed([&](const FileCatalog::Visitor& visit) { catalog_->files().list(job, visit); }),
              ::testing::SizeIs(4'321));
  EXPECT_THAT(catalog_->files().directories(jobs, "/"), ::testing::SizeIs(333));
}

TEST_P(TreeConformance, TheCacheHoldsEveryDirectoryAboveAFile) {
  const JobId job = finished_job(JobLevel::full, 10);
  add_file(job, 1, "/srv/a/b/", "file");
  add_file(job, 2, "c:/data/", "file");
  add_file(job, 3, "@bpipe@/", "dump.sql");
  EXPECT_THAT(catalog_->bvfs().jobs_without(), ::testing::ElementsAre(job));
  EXPECT_EQ(catalog_->bvfs().build(job), BvfsCatalog::Cached::built);
  EXPECT_EQ(catalog_->bvfs().build(job), BvfsCatalog::Cached::was_there);
  EXPECT_THAT(
      rows("SELECT C.Path, P.Path FROM PathHierarchy H JOIN Path C ON C.PathId = H.PathId JOIN Path P ON "
           "P.PathId = H.PPathId ORDER BY C.Path"),
      ::testing::ElementsAre("/|", "/srv/|/", "/srv/a/|/srv/", "/srv/a/b/|/srv/a/", "@bpipe@/|", "c:/|",
                             "c:/data/|c:/"));
  EXPECT_THAT(
      rows("SELECT P.Path FROM PathVisibility V JOIN Path P ON P.PathId = V.PathId ORDER BY P.Path"),
      ::testing::ElementsAre("", "/", "/srv/", "/srv/a/", "/srv/a/b/", "@bpipe@/", "c:/", "c:/data/"));
  EXPECT_THAT(catalog_->bvfs().jobs_without(), ::testing::IsEmpty());
  catalog_->bvfs().clear();
  EXPECT_THAT(rows("SELECT PathId FROM PathHierarchy UNION SELECT PathId FROM PathVisibility"),
              ::testing::IsEmpty());
  EXPECT_THAT(catalog_->bvfs().jobs_without(), ::testing::ElementsAre(job));
}

TEST_P(TreeConformance, TheTreeIsTheSameWithAndWithoutCache) {
  const JobId full = finished_job(JobLevel::full, 10);
  for (std::uint32_t i = 0; i < 60; ++i)
    add_file(full, i + 1, fmt::format("/{}/{}/{}/", i % 2, i % 5, i % 7), std::to_string(i));
  const JobId incremental = finished_job(JobLevel::incremental, 20);
  add_file(incremental, 1, "/new/deep/", "file");
  add_file(incremental, 2, "D:/", "file");
  const std::array jobs{full, incremental};
  const std::array folders{"", "/", "/0/", "/1/3/", "/0/2/6/", "/new/", "D:/", "/nothing/"};
  std::vector<std::vector<std::string>> without, with;
  for (const char* folder : folders) without.push_back(catalog_->files().directories(jobs, folder));
  catalog_->bvfs().build(full);
  std::vector<std::vector<std::string>> half_cached;
  for (const char* folder : folders) half_cached.push_back(catalog_->files().directories(jobs, folder));
  EXPECT_EQ(half_cached, without);
  catalog_->bvfs().build(incremental);
  for (const char* folder : folders) with.push_back(catalog_->files().directories(jobs, folder));
  EXPECT_EQ(with, without);
  EXPECT_THAT(without[0], ::testing::ElementsAre("/", "D:/"));
}

TEST_P(TreeConformance, RowsOfJobsThatAreGoneLeaveTheCache) {
  const JobId job = finished_job(JobLevel::full, 10);
  add_file(job, 1, "/", "file");
  catalog_->bvfs().build(job);
  execute("DELETE FROM Job");
  catalog_->bvfs().drop_orphans();
  EXPECT_THAT(rows("SELECT JobId FROM PathVisibility"), ::testing::IsEmpty());
}

}  // namespace holdfast::catalog
