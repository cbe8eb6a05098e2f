// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/check.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "testing/catalog/both_databases.h"

namespace holdfast::catalog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Checks : public OnBothDatabases {
 protected:
  void SetUp() override {
    OnBothDatabases::SetUp();
    if (IsSkipped()) return;
    catalog_.emplace(GetParam());
    session_.emplace(catalog_->connect());
    client_ = add("Client (Name, UName) VALUES ('fd', '')", "ClientId");
    fileset_ =
        add("FileSet (FileSet, MD5, CreateTime) VALUES ('All', 'x', '2026-11-24 00:00:00')", "FileSetId");
  }

  std::int64_t add(const std::string& row, const std::string& key) {
    return session_->insert(fmt::format("INSERT INTO {} RETURNING {}", row, key), {});
  }
  std::int64_t add_job(const std::string& type = "B", const std::string& status = "T",
                       std::int64_t client = 0) {
    return add(
        fmt::format("Job (Job, Name, Type, Level, JobStatus, ClientId, FileSetId) VALUES ('j', 'j', '{}', "
                    "'F', '{}', {}, {})",
                    type, status, client == 0 ? client_ : client, fileset_),
        "JobId");
  }
  std::int64_t add_path(const std::string& path) {
    return add(fmt::format("Path (Path) VALUES ('{}')", path), "PathId");
  }
  void add_file(std::int64_t job, std::int64_t path, const std::string& name) {
    add(fmt::format("File (FileIndex, JobId, PathId, LStat, MD5, Name) VALUES (1, {}, {}, 'A', '0', '{}')",
                    job, path, name),
        "FileId");
  }
  void set_parent(std::int64_t path, std::int64_t parent) {
    session_->run("INSERT INTO PathHierarchy (PathId, PPathId) VALUES (?1, ?2)", {path, parent});
  }

  std::vector<std::string> rows(const std::string& sql) {
    std::vector<std::string> found;
    session_->each(sql, {}, [&](const ResultRow& row) {
      found.emplace_back(row.text(0));
      return true;
    });
    return found;
  }
  std::vector<std::string> files() {
    return rows("SELECT Path || Name FROM File JOIN Path ON Path.PathId = File.PathId ORDER BY FileId");
  }

  std::uint64_t count(const std::string& kind) { return check(kind).count(); }
  std::vector<std::string> listed(const std::string& kind) {
    std::vector<std::string> lines;
    Check& chosen = check(kind);
    chosen.count();
    chosen.list([&](std::string_view line) { lines.emplace_back(line); });
    return lines;
  }
  /// How many there were; afterwards there is none.
  std::uint64_t repair(const std::string& kind) {
    const auto found = count(kind);
    check(kind).repair();
    EXPECT_EQ(count(kind), 0U);
    return found;
  }
  Check& check(const std::string& kind) {
    checks_ = make_checks(*session_, &named_);
    for (auto& entry : checks_)
      if (entry.kind == kind) return *entry.check;
    throw Error(ErrorKind::not_found, "no check {}", kind);
  }

  std::optional<TemporaryCatalog> catalog_;
  std::optional<SqlSession> session_;
  NamedResources named_;
  std::vector<CheckEntry> checks_;
  std::int64_t client_ = 0;
  std::int64_t fileset_ = 0;
};

TEST_P(Checks, NamesThatEndInSlashesLoseThem) {
  const auto job = add_job();
  const auto path = add_path("/d/");
  for (const char* name : {"a/", "good", "b//", ""}) add_file(job, path, name);
  EXPECT_EQ(listed("bad Filename").size(), 2U);
  EXPECT_EQ(repair("bad Filename"), 2U);
  EXPECT_THAT(files(), ElementsAre("/d/a", "/d/good", "/d/b", "/d/"));
}

TEST_P(Checks, PathsGetTheirSlashOrTheirFilesGoToTheOneThatHasIt) {
  const auto job = add_job();
  add_file(job, add_path(""), "object");
  add_file(job, add_path("/alone"), "a");
  add_file(job, add_path("/twice"), "b");
  add_file(job, add_path("/twice/"), "c");
  EXPECT_EQ(repair("bad Path"), 2U);
  EXPECT_THAT(files(), ElementsAre("object", "/alone/a", "/twice/b", "/twice/c"));
  EXPECT_THAT(rows("SELECT Path FROM Path ORDER BY Path"), ElementsAre("", "/alone/", "/twice/"));
}

TEST_P(Checks, DuplicatePathsBecomeOneAndTheCacheOfTheirJobsIsForgotten) {
  session_->connection().execute("DROP INDEX path_name_idx");
  const auto job = add_job();
  const auto other = add_job();
  const auto first = add_path("/d/");
  const auto second = add_path("/d/");
  const auto below = add_path("/d/e/");
  add_file(job, first, "a");
  add_file(other, second, "b");
  add_file(other, below, "c");
  set_parent(below, second);
  session_->run("UPDATE Job SET HasCache = 1", {});
  session_->run("INSERT INTO PathVisibility (PathId, JobId) VALUES (?1, ?2)", {second, other});
  EXPECT_EQ(repair("duplicate Path"), 1U);
  EXPECT_THAT(files(), ElementsAre("/d/a", "/d/b", "/d/e/c"));
  EXPECT_THAT(rows("SELECT PPathId FROM PathHierarchy"), ElementsAre(std::to_string(first)));
  EXPECT_THAT(rows("SELECT HasCache FROM Job ORDER BY JobId"), ElementsAre("1", "0"));
  EXPECT_THAT(rows("SELECT PathId FROM PathVisibility"), IsEmpty());
}

TEST_P(Checks, RowsOfJobsThatAreGoneAreFoundJobByJob) {
  const auto job = add_job();
  const auto path = add_path("/d/");
  for (const std::int64_t of : {job, job + 1, job + 1, job + 70'000}) {
    add_file(of, path, "f" + std::to_string(of - job));
    session_->run("INSERT INTO JobMedia (JobId, MediaId) VALUES (?1, 1)", {of});
  }
  EXPECT_THAT(listed("orphaned File"), testing::Contains(HasSubstr(fmt::format("JobId={} ", job + 70'000))));
  EXPECT_EQ(repair("orphaned File"), 3U);
  EXPECT_EQ(repair("orphaned JobMedia"), 3U);
  EXPECT_THAT(files(), ElementsAre("/d/f0"));
  EXPECT_THAT(rows("SELECT JobId FROM JobMedia"), ElementsAre(std::to_string(job)));
}

TEST_P(Checks, PathsStayAsLongAsAnythingIsInThemOrBelowThem) {
  const auto used = add_path("/used/below/");
  const auto above = add_path("/used/");
  const auto root = add_path("/");
  const auto gone = add_path("/gone/below/");
  const auto above_gone = add_path("/gone/");
  set_parent(used, above);
  set_parent(above, root);
  set_parent(root, root);
  set_parent(gone, above_gone);
  set_parent(above_gone, root);
  add_file(add_job(), used, "f");
  EXPECT_THAT(listed("orphaned Path"), testing::SizeIs(2));
  EXPECT_EQ(repair("orphaned Path"), 2U);
  EXPECT_THAT(rows("SELECT Path FROM Path ORDER BY Path"), ElementsAre("/", "/used/", "/used/below/"));
  EXPECT_EQ(rows("SELECT PathId FROM PathHierarchy").size(), 3U);
}

TEST_P(Checks, ResourcesStayWhereAnythingRefersToThemOrTheConfigurationNamesThem) {
  for (const char* name : {"old", "configured", "reported", "limited"})
    add(fmt::format("Client (Name, UName) VALUES ('{}', '')", name), "ClientId");
  session_->run(
      "INSERT INTO JobHisto (JobId, Job, Name, Type, Level, JobStatus, ClientId) SELECT 9, 'j', 'j', 'B', "
      "'F', 'T', "
      "ClientId FROM Client WHERE Name = 'reported'",
      {});
  session_->run(
      "INSERT INTO Quota (ClientId, QuotaLimit) SELECT ClientId, CASE Name WHEN 'limited' THEN 5 ELSE 0 END "
      "FROM "
      "Client",
      {});
  add_job();
  named_.clients = {"configured"};
  EXPECT_THAT(listed("orphaned Client"), ElementsAre(HasSubstr("Client=old")));
  EXPECT_EQ(repair("orphaned Client"), 1U);
  EXPECT_EQ(rows("SELECT ClientId FROM Quota").size(), 4U);

  add("FileSet (FileSet, MD5, CreateTime) VALUES ('Old', 'y', '2026-11-24 00:00:00')", "FileSetId");
  EXPECT_EQ(repair("orphaned FileSet"), 1U);
  EXPECT_THAT(rows("SELECT FileSet FROM FileSet"), ElementsAre("All"));

  for (const char* name : {"old", "File", "Tape"})
    add(fmt::format("Storage (Name) VALUES ('{}')", name), "StorageId");
  add("Media (VolumeName, MediaType, VolStatus, StorageId) SELECT 'V', 'File', 'Append', StorageId FROM "
      "Storage WHERE "
      "Name = 'File'",
      "MediaId");
  named_.storages = {"Tape"};
  EXPECT_EQ(repair("orphaned storage"), 1U);
  EXPECT_THAT(rows("SELECT Name FROM Storage ORDER BY Name"), ElementsAre("File", "Tape"));
}

TEST_P(Checks, JobsGoWithAllThatHangsOnThem) {
  const auto kept = add_job();
  const auto running = add_job("R", "R");
  const auto restore = add_job("R");
  add_job("D");
  const auto lost = add_job("B", "T", 77);
  add_job("c", "T", 77);  // the job that made a copy
  const auto path = add_path("/d/");
  for (const auto job : {kept, lost}) {
    add_file(job, path, "f" + std::to_string(job));
    session_->run("INSERT INTO JobMedia (JobId, MediaId) VALUES (?1, 1)", {job});
  }
  session_->run("INSERT INTO Log (JobId, LogText) VALUES (?1, 'x')", {restore});
  EXPECT_EQ(repair("Admin Job"), 1U);
  EXPECT_EQ(repair("Restore Job"), 1U);
  EXPECT_EQ(repair("orphaned Job"), 1U);
  EXPECT_EQ(rows("SELECT JobId FROM Job WHERE Type <> 'c' ORDER BY JobId"),
            (std::vector{std::to_string(kept), std::to_string(running)}));
  EXPECT_EQ(files().size(), 1U);
  EXPECT_EQ(rows("SELECT JobId FROM JobMedia").size(), 1U);
  EXPECT_THAT(rows("SELECT JobId FROM Log"), IsEmpty());
}

TEST_P(Checks, WhatARunningJobMayHaveLookedUpIsLeftAlone) {
  add_job("B", "R");
  add_path("/seen/");
  add_path("/bad");
  add("Client (Name, UName) VALUES ('new', '')", "ClientId");
  for (const char* kind : {"orphaned Path", "bad Path", "duplicate Path", "orphaned Client",
                           "orphaned FileSet", "orphaned storage"})
    EXPECT_THROW(check(kind).repair(), Error) << kind;
  EXPECT_EQ(rows("SELECT Path FROM Path").size(), 2U);
  EXPECT_EQ(rows("SELECT Name FROM Client").size(), 2U);
}

INSTANTIATE_TEST_SUITE_P(Databases, Checks, both_databases(), name_of_database);

}  // namespace
}  // namespace holdfast::catalog
