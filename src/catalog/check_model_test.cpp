// SPDX-License-Identifier: AGPL-3.0-or-later
// Random damage to a random catalog: after check and repair exactly what was sound, and what could be mended, is there.
#include <gmock/gmock.h>

#include <random>
#include <set>

#include "catalog/check.h"
#include "testing/catalog/both_databases.h"

namespace holdfast::catalog {
namespace {

/// What must be in the catalog in the end, as lines of text.
struct Sound {
  std::multiset<std::string> files;  ///< "JobId directory name"
  std::multiset<std::string> media;  ///< "JobId MediaId"
  std::set<std::string> jobs, clients, filesets, storages;
  std::set<std::string> paths;
  bool operator==(const Sound&) const = default;
};

class DamagedSite {
 public:
  DamagedSite(std::unique_ptr<SqlConnection> connection, unsigned seed)
      : random_(seed), session_(std::move(connection)) {
    session_.connection().execute("DROP INDEX path_name_idx");
    for (int i = 0; i < 4; ++i) add_client("client" + std::to_string(i));
    for (int i = 0; i < 3; ++i) filesets_.push_back(add_fileset("set" + std::to_string(i)));
    for (int i = 0; i < 3; ++i) add_storage("storage" + std::to_string(i));
    for (int i = 0; i < 12; ++i) add_job();
  }

  void damage() {
    switch (pick(12)) {
      case 0: return run("INSERT INTO JobMedia (JobId, MediaId) VALUES (?1, 1)", {missing_job()});
      case 1: return put_file(missing_job(), path_id(any_directory()), "lost");
      case 2: return orphaned_directories();
      case 3: return cut_slash();
      case 4: return second_path();
      case 5: return slash_behind_name();
      case 6:
        return static_cast<void>(
            insert("FileSet (FileSet, MD5, CreateTime) VALUES ('idle', 'm', '2026-11-24 00:00:00')"));
      case 7:
        return static_cast<void>(
            insert(fmt::format("Client (Name, UName) VALUES ('idle{}', '')", ++counter_)));
      case 8: return static_cast<void>(insert(fmt::format("Storage (Name) VALUES ('idle{}')", ++counter_)));
      case 9: return lose_client();
      case 10: return other_job("D");
      default: return other_job("R");
    }
  }

  /// Rows that only lost rows needed are found the next time.
  void check_and_repair() {
    const NamedResources named{.clients = {"client0"}, .storages = {"storage0"}};
    std::uint64_t found = 1;
    for (int round = 0; found > 0 && round < 5; ++round) {
      found = 0;
      for (auto& entry : make_checks(session_, &named)) {
        const auto count = entry.check->count();
        std::uint64_t listed = 0;
        entry.check->list([&](std::string_view) { ++listed; });
        EXPECT_EQ(listed, count) << entry.kind;
        if (count > 0) entry.check->repair();
        EXPECT_EQ(entry.check->count(), 0U) << entry.kind;
        found += count;
      }
    }
    EXPECT_EQ(found, 0U) << "repairs do not come to an end";
  }

  Sound expected() {
    Sound sound;
    sound.clients.insert("client0");
    sound.storages.insert("storage0");
    for (const Job& job : jobs_) {
      sound.jobs.insert(std::to_string(job.id));
      sound.clients.insert(job.client);
      sound.filesets.insert(job.fileset);
      sound.storages.insert(job.storage);
      sound.media.insert(fmt::format("{} {}", job.id, job.media));
      for (const auto& [directory, name] : job.files) {
        sound.files.insert(fmt::format("{} {} {}", job.id, directory, name));
        for (std::string above = directory; !above.empty(); above = parent_of(above))
          sound.paths.insert(above);
      }
    }
    // Volumes outlive jobs.
    sound.storages.insert(storages_with_media_.begin(), storages_with_media_.end());
    return sound;
  }

  Sound found() {
    Sound there;
    there.files = all<std::multiset<std::string>>(
        "SELECT JobId || ' ' || Path || ' ' || Name FROM File LEFT JOIN Path ON Path.PathId = File.PathId");
    there.media = all<std::multiset<std::string>>("SELECT JobId || ' ' || MediaId FROM JobMedia");
    there.jobs = all<std::set<std::string>>("SELECT JobId FROM Job");
    there.clients = all<std::set<std::string>>("SELECT Name FROM Client");
    there.filesets = all<std::set<std::string>>("SELECT FileSet FROM FileSet");
    there.storages = all<std::set<std::string>>("SELECT Name FROM Storage");
    there.paths = all<std::set<std::string>>("SELECT Path FROM Path");
    return there;
  }

 private:
  struct Job {
    std::int64_t id = 0, media = 0;
    std::string client, fileset, storage;
    std::vector<std::pair<std::string, std::string>> files;
  };

  int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }
  template <typename List>
  auto& any(List& list) {
    return list[static_cast<std::size_t>(pick(static_cast<int>(list.size())))];
  }
  void run(const std::string& sql, std::initializer_list<SqlValue> values) { session_.run(sql, values); }
  std::int64_t insert(const std::string& row) {
    const std::string table = row.substr(0, row.find(' '));
    return session_.insert(fmt::format("INSERT INTO {} RETURNING {}Id", row, table), {});
  }
  template <typename Set>
  Set all(const std::string& sql) {
    Set rows;
    session_.each(sql, {}, [&](const ResultRow& row) {
      rows.emplace(row.is_null(0) ? "NULL" : row.text(0));
      return true;
    });
    return rows;
  }

  void add_client(const std::string& name) {
    clients_[name] = insert(fmt::format("Client (Name, UName) VALUES ('{}', '')", name));
  }
  std::pair<std::string, std::int64_t> add_fileset(const std::string& name) {
    return {name, insert(fmt::format(
                      "FileSet (FileSet, MD5, CreateTime) VALUES ('{}', 'm', '2026-11-24 00:00:00')", name))};
  }
  void add_storage(const std::string& name) {
    const auto id = insert(fmt::format("Storage (Name) VALUES ('{}')", name));
    const auto media = insert(fmt::format(
        "Media (VolumeName, MediaType, VolStatus, StorageId) VALUES ('on {}', 'File', 'Append', {})", name,
        id));
    storages_.emplace_back(name, media);
    storages_with_media_.insert(name);
  }

  static std::string parent_of(const std::string& directory) {
    return directory == "/" ? "" : directory.substr(0, directory.rfind('/', directory.size() - 2) + 1);
  }
  std::string any_directory() {
    static const char* const names[] = {"a", "b", "sub"};
    std::string directory = "/";
    for (int depth = pick(4); depth > 0; --depth) directory += std::string(names[pick(3)]) + "/";
    return directory;
  }
  /// One of the rows of a directory, which is made where there is none; those above it too.
  std::int64_t path_id(const std::string& directory) {
    const auto found =
        session_.first("SELECT MIN(PathId) FROM Path WHERE Path = ?1", {value_of(directory)},
                       [](const ResultRow& row) { return row.is_null(0) ? 0 : row.number(0); });
    if (found.value_or(0) != 0) return *found;
    const auto id = insert(fmt::format("Path (Path) VALUES ('{}')", directory));
    if (directory != "/") {
      const auto above = path_id(parent_of(directory));
      run("INSERT INTO PathHierarchy (PathId, PPathId) VALUES (?1, ?2)", {id, above});
    }
    return id;
  }
  void put_file(std::int64_t job, std::int64_t path, const std::string& name) {
    run("INSERT INTO File (FileIndex, JobId, PathId, LStat, MD5, Name) VALUES (1, ?1, ?2, 'A', '0', ?3)",
        {job, path, value_of(name)});
  }

  void add_job() {
    Job job;
    job.client = "client" + std::to_string(pick(4));
    std::tie(job.storage, job.media) = any(storages_);
    const auto& [fileset, fileset_id] = any(filesets_);
    job.fileset = fileset;
    job.id = put_job("B", clients_[job.client], fileset_id);
    run("INSERT INTO JobMedia (JobId, MediaId) VALUES (?1, ?2)", {job.id, job.media});
    for (int files = pick(10); files > 0; --files) {
      const auto& [directory, name] = job.files.emplace_back(any_directory(), "f" + std::to_string(pick(5)));
      put_file(job.id, path_id(directory), name);
    }
    jobs_.push_back(std::move(job));
  }
  std::int64_t put_job(const std::string& type, std::int64_t client, std::int64_t fileset) {
    return insert(
        fmt::format("Job (Job, Name, Type, Level, JobStatus, ClientId, FileSetId) VALUES ('j', 'j', '{}', "
                    "'F', 'T', {}, {})",
                    type, client, fileset));
  }

  std::int64_t missing_job() { return 1000 + pick(50); }
  void other_job(const std::string& type) {
    const auto id = put_job(type, clients_["client0"], any(filesets_).second);
    if (pick(2) == 0) run("INSERT INTO Log (JobId, LogText) VALUES (?1, 'x')", {id});
  }
  void orphaned_directories() { path_id(fmt::format("/gone{}/below/", ++counter_)); }
  void cut_slash() {
    const std::string directory = any_directory();
    if (directory == "/") return;  // nothing would be left of it
    run("UPDATE Path SET Path = ?2 WHERE PathId = ?1",
        {path_id(directory), value_of(directory.substr(0, directory.size() - 1))});
  }
  /// A further row of a directory, with or without its slash, and a file in it.
  void second_path() {
    if (jobs_.empty()) return;
    Job& job = any(jobs_);
    const std::string directory = any_directory();
    path_id(directory);
    const bool is_cut = directory != "/" && pick(2) == 0;
    const auto id =
        insert(fmt::format("Path (Path) VALUES ('{}')", directory.substr(0, directory.size() - is_cut)));
    put_file(job.id, id, "second");
    job.files.emplace_back(directory, "second");
  }
  void slash_behind_name() {
    if (jobs_.empty()) return;
    Job& job = any(jobs_);
    const std::string directory = any_directory();
    put_file(job.id, path_id(directory), "slash/");
    job.files.emplace_back(directory, "slash");
  }
  /// Its jobs cannot be told from those of others any more, and go.
  void lose_client() {
    const std::string name = "client" + std::to_string(1 + pick(3));
    if (pick(3) != 0 || clients_[name] == 0) return;
    run("DELETE FROM Client WHERE ClientId = ?1", {clients_[name]});
    std::erase_if(jobs_, [&](const Job& job) { return job.client == name; });
    clients_[name] = 0;
  }

  std::mt19937 random_;
  SqlSession session_;
  std::map<std::string, std::int64_t> clients_;
  std::vector<std::pair<std::string, std::int64_t>> filesets_;
  std::vector<std::pair<std::string, std::int64_t>> storages_;  ///< with the volume that each has
  std::set<std::string> storages_with_media_;
  std::vector<Job> jobs_;
  int counter_ = 0;
};

class CheckModel : public OnBothDatabases {};

TEST_P(CheckModel, EverythingSoundIsStillThereAndNothingElse) {
  const unsigned seeds = GetParam() == TemporaryCatalog::Database::sqlite ? 40 : 8;
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    TemporaryCatalog catalog(GetParam());
    DamagedSite site(catalog.connect(), seed);
    for (int i = 0; i < 40; ++i) site.damage();
    site.check_and_repair();
    const Sound expected = site.expected();
    const Sound found = site.found();
    EXPECT_EQ(found.files, expected.files);
    EXPECT_EQ(found.media, expected.media);
    EXPECT_EQ(found.jobs, expected.jobs);
    EXPECT_EQ(found.clients, expected.clients);
    EXPECT_EQ(found.filesets, expected.filesets);
    EXPECT_EQ(found.storages, expected.storages);
    EXPECT_EQ(found.paths, expected.paths);
    if (HasFailure()) break;
  }
}

TEST_P(CheckModel, ASoundCatalogStaysAsItIs) {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    TemporaryCatalog catalog(GetParam());
    DamagedSite site(catalog.connect(), seed);
    const Sound before = site.found();
    site.check_and_repair();
    const Sound after = site.found();
    EXPECT_EQ(after.files, before.files);
    EXPECT_EQ(after.jobs, before.jobs);
    EXPECT_EQ(after.paths, before.paths);
  }
}

INSTANTIATE_TEST_SUITE_P(Databases, CheckModel, both_databases(), name_of_database);

}  // namespace
}  // namespace holdfast::catalog
