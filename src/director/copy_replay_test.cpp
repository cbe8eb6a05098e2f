// SPDX-License-Identifier: AGPL-3.0-or-later
// Our Director in the place of the recorded one, in jobs that read volumes and write others: the recorded Storage
// Daemon says what it said, and ours must say the same to it, and leave the same in the catalog.
#include <gmock/gmock.h>

#include <thread>

#include "catalog/copy_catalog.h"
#include "testing/base/golden.h"
#include "testing/catalog/both_databases.h"
#include "testing/director/lab.h"
#include "testing/director/recorded_director.h"
#include "testing/director/scripted_daemon.h"
#include "testing/transport/replay.h"

namespace holdfast::director {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace testing_support;
using From = RecordedPacket::From;

constexpr const char* jobs_that_copy = R"(
Storage { Name = Inflate; Address = 127.0.0.1; Password = secret; Device = DeflateStorage; MediaType = FileZ
  MaximumConcurrentJobs = 20; TlsEnable = no }
Pool { Name = CopyPool; PoolType = Backup; LabelFormat = "Copy-"; Storage = Inflate; AutoPrune = no }
Job { Name = minigzip; JobDefs = D; FileSet = Mini }
Job { Name = miniscripts; JobDefs = D; FileSet = Mini; NextPool = CopyPool }
Job { Name = always; JobDefs = D; FileSet = Mini; AlwaysIncremental = yes; AlwaysIncrementalJobRetention = 1 second
  AlwaysIncrementalKeepNumber = 1; NextPool = CopyPool; Accurate = yes }
Job { Name = merge; Type = Consolidate; JobDefs = D; Accurate = yes }
Job { Name = minicopy; JobDefs = D; FileSet = Mini; Type = Copy; SelectionType = PoolUncopiedJobs
  NextPool = CopyPool }
Job { Name = minimigrate; JobDefs = D; FileSet = Mini; Type = Migrate; SelectionType = Job; SelectionPattern = gzip
  NextPool = CopyPool }
)";

std::vector<ReplayMask> masks() {
  auto all = usual_masks();
  all.push_back({std::regex("(mini[a-z]*)\\.[0-9-]+_[0-9.]+_[0-9]+"), "$1.#"});
  all.push_back({std::regex("^JobId=[0-9]+"), "JobId=#"});
  return all;
}

Moment at(std::int64_t seconds) { return Moment(std::chrono::seconds(seconds)); }

/// The catalog as it was before, as far as these jobs ask for it.
struct Before : Lab {
  explicit Before(Database database = Database::sqlite)
      : Lab(jobs_that_copy, database), catalog(open_catalog()) {
    clock.set(from_unix_seconds(1795384333));
  }

  void volume(const std::string& name, const std::string& pool, const std::string& media_type,
              std::uint64_t jobs, std::uint64_t bytes) {
    catalog::VolumeRow row;
    row.name = name;
    row.pool = catalog->pools().find(pool)->id;
    row.media_type = media_type;
    row.first_written = row.last_written = row.labelled = at(1795384266);
    row.jobs = row.mounts = jobs;
    row.blocks = row.writes = jobs + 1;
    row.bytes = bytes;
    row.end_block = bytes - 1;
    catalog->volumes().create(row);
  }

  /// A backup on Full-0001, with so many files.
  JobId backup(const std::string& name, JobLevel level, std::uint32_t session, std::uint32_t count,
               std::uint32_t start, std::uint32_t end) {
    const auto client = catalog->clients().get_or_create("lab-fd").id;
    catalog::FileSetRow mini;
    mini.name = "Mini";
    mini.md5 = "x7/M+l+/+//PTm5Ak9tLDC";
    using Match = catalog::FileSetCatalog::Match;
    catalog::JobRow row;
    row.job = name + ".2026-11-22_21.51.04_0" + std::to_string(session % 10);
    row.name = name;
    row.level = level;
    row.client = client;
    row.fileset = catalog->filesets().get_or_create(mini, Match::name_and_md5, at(1)).id;
    row.pool = catalog->pools().find("Full")->id;
    row.scheduled = row.started = row.ended = row.really_ended = at(1795384260 + session);
    row.id = catalog->jobs().create(row);
    row.job_tdate = row.ended.time_since_epoch().count();
    row.status = JobStatus::terminated;
    row.session = {session, 1795384262};
    row.files = count;
    row.bytes = end - start;
    catalog->jobs().finish(row);
    catalog->volumes().add_piece({.job = row.id,
                                  .volume = MediaId(1),
                                  .first_index = 1,
                                  .last_index = count,
                                  .start_block = start,
                                  .end_block = end});
    for (std::uint32_t i = 1; i <= count; ++i) {
      const std::string file = "file" + std::to_string(i);
      const catalog::NewFile row_of_file{
          .file_index = i, .path = "/srv/", .name = file, .stat = "A", .digest = "0"};
      catalog->files().add(row.id, {&row_of_file, 1});
    }
    return row.id;
  }

  /// Where the jobs that these ones do not ask for end.
  void end_of_data(const std::string& name) {
    auto row = catalog->volumes().find(name).value();
    row.end_block = row.bytes - 1;
    catalog->volumes().update(row);
  }

  std::unique_ptr<catalog::Catalog> catalog;
};

/// The report without what differs from run to run, and from the recorded configuration.
std::string report_in(const std::string& text, const std::string& begin) {
  const auto start = text.find("  OS Information:", text.find(begin));
  if (start == std::string::npos) return "no report behind " + begin;
  std::string report = text.substr(start);
  report = report.substr(0, report.find("\n\n"));
  return masked(std::move(report),
                std::vector<Mask>{{std::regex("[0-9]{2}-[A-Z][a-z]{2}-2026 [0-9:]{8}"), "#"},
                                  {std::regex("[0-9]{4}-11-22[ _][0-9:._]+"), "#"},
                                  {std::regex("1970-01-01 [0-9:]+"), "#"},
                                  {std::regex("JobId: +[0-9]+"), "JobId #"},
                                  {std::regex("\\(From [^)]*\\)"), "(From #)"},
                                  {std::regex("Client: +\"lab-fd\" .*"), "Client"},
                                  {std::regex("Elapsed time: .*"), "Elapsed"},
                                  {std::regex("Volume Session .*"), "Session"}});
}

class ReplayedCopies : public catalog::OnBothDatabases {};
INSTANTIATE_TEST_SUITE_P(Databases, ReplayedCopies, catalog::both_databases(), catalog::name_of_database);

TEST_P(ReplayedCopies, OneJobIsMigrated) {
  const auto transcript = read_transcript("migrate-job");
  if (!transcript) GTEST_SKIP() << "no golden recordings";
  Before lab(GetParam());
  lab.volume("Full-0001", "Full", "File", 9, 2140048);
  lab.volume("Copy-0002", "CopyPool", "FileZ", 9, 2545124);
  const JobId source = lab.backup("minigzip", JobLevel::full, 6, 10, 414859, 516881);
  lab.end_of_data("Full-0001");
  lab.catalog->log().add({source, at(1), "log of the source\n"});
  Replay storage(recorded_conversation(*transcript, "storage"), From::connector, masks());
  lab.connector.add_storage(storage.channel());
  const auto control = lab.run(lab.request("minimigrate"));
  EXPECT_EQ(control.status, JobStatus::terminated) << lab.log(control.id);
  const JobId worker(control.id.value + 1);
  const auto worked = lab.wait(worker);
  EXPECT_EQ(worked.status, JobStatus::terminated) << lab.log(worker);
  EXPECT_THAT(storage.differences(), IsEmpty());

  const JobId result(control.id.value + 2);
  EXPECT_EQ(worked.prior, result);
  EXPECT_EQ(worked.files, 0U);
  const auto row = lab.catalog->jobs().find(result).value();
  EXPECT_EQ(row.type, JobType::backup);
  EXPECT_EQ(row.name, "minigzip");
  EXPECT_EQ(row.prior, source);
  EXPECT_EQ(row.started, at(1795384266));
  EXPECT_EQ(row.files, 10U);
  EXPECT_EQ(row.bytes, 101373U);
  EXPECT_EQ(row.session.id, 22U);
  EXPECT_EQ(lab.catalog->files().count(result), 10U);
  EXPECT_THAT(lab.log(result), HasSubstr("log of the source"));
  const auto before = lab.catalog->jobs().find(source).value();
  EXPECT_EQ(before.type, JobType::migrated);
  EXPECT_TRUE(before.files_purged);
  EXPECT_EQ(lab.catalog->files().count(source), 0U);
  const auto pieces = lab.catalog->volumes().pieces(result);
  ASSERT_EQ(pieces.size(), 1U);
  EXPECT_EQ(pieces[0].piece.end_address(), 2647154U);

  const std::string recorded = *recorded_text("migrate-job.txt");
  EXPECT_EQ(report_in(lab.log(worker), ""), report_in(recorded, "Insert of attributes batch table done"));
  EXPECT_EQ(report_in(lab.log(control.id), ""), report_in(recorded, "Migration JobId 35 started"));
  EXPECT_THAT(lab.log(control.id), HasSubstr("The following 1 JobId was chosen to be migrated: 1\n"));
}

TEST_P(ReplayedCopies, JobsThatWereNotCopiedAre) {
  const auto transcript = read_transcript("copy-job");
  if (!transcript) GTEST_SKIP() << "no golden recordings";
  Before lab(GetParam());
  lab.volume("Full-0001", "Full", "File", 9, 2140048);
  lab.volume("Copy-0002", "CopyPool", "FileZ", 1, 405756);
  const std::array sources{lab.backup("mini", JobLevel::full, 1, 10, 184, 405860),
                           lab.backup("mini", JobLevel::incremental, 4, 1, 405861, 410359),
                           lab.backup("mini", JobLevel::differential, 5, 1, 410360, 414858)};
  lab.end_of_data("Full-0001");
  const auto connections = transcript->accepted_by("storage");
  std::vector<std::unique_ptr<Replay>> storages;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    storages.push_back(
        std::make_unique<Replay>(conversation(*transcript, connections[i]), From::connector, masks()));
    lab.connector.add_storage(storages.back()->channel());
  }
  const auto control = lab.run(lab.request("minicopy"));
  EXPECT_EQ(control.status, JobStatus::terminated) << lab.log(control.id);
  for (std::uint32_t i = 0; i < sources.size(); ++i) {
    const auto worker = lab.wait(JobId(control.id.value + 1 + 2 * i));
    EXPECT_EQ(worker.status, JobStatus::terminated) << lab.log(worker.id);
    EXPECT_THAT(storages[i]->differences(), IsEmpty());
    const auto copy = lab.catalog->jobs().find(worker.prior).value();
    const auto source = lab.catalog->jobs().find(sources[i]).value();
    EXPECT_EQ(copy.type, JobType::copy_of_job);
    EXPECT_EQ(copy.level, source.level);
    EXPECT_EQ(copy.prior, source.id);
    EXPECT_EQ(copy.job_tdate, source.job_tdate);
    EXPECT_EQ(source.type, JobType::backup);
    EXPECT_FALSE(source.files_purged);
    EXPECT_EQ(lab.catalog->files().count(copy.id), source.files);
  }
  const std::string recorded = *recorded_text("copy-job.txt");
  EXPECT_EQ(report_in(lab.log(JobId(control.id.value + 1)), ""),
            report_in(recorded, "Insert of attributes batch table done"));
  EXPECT_THAT(lab.log(control.id), HasSubstr("The following 3 JobIds were chosen to be copied: 1,2,3\n"));
  EXPECT_THAT(lab.log(control.id), HasSubstr("Copying OK"));
  // And nothing is left to do.
  const auto again = lab.run(lab.request("minicopy"));
  EXPECT_THAT(lab.log(again.id), HasSubstr("No JobIds found to copy.\n"));
  EXPECT_THAT(lab.log(again.id), HasSubstr("Copying -- no files to copy"));
}

TEST_P(ReplayedCopies, AVirtualFullIsMade) {
  const auto transcript = read_transcript("virtual-full");
  if (!transcript) GTEST_SKIP() << "no golden recordings";
  Before lab(GetParam());
  lab.volume("Full-0001", "Full", "File", 9, 2140048);
  const JobId source = lab.backup("mini", JobLevel::full, 11, 9, 1734461, 2140047);
  Replay storage(recorded_conversation(*transcript, "storage"), From::connector, masks());
  lab.connector.add_storage(storage.channel());
  // The recorded job is called mini, whose pool had the next pool.
  auto request = lab.request("mini");
  request.level = JobLevel::virtual_full;
  request.next_pool = lab.request("minicopy").job->next_pool;
  const auto row = lab.run(request);
  EXPECT_EQ(row.status, JobStatus::terminated) << lab.log(row.id);
  EXPECT_THAT(storage.differences(), IsEmpty());
  const auto from = lab.catalog->jobs().find(source).value();
  EXPECT_EQ(row.type, JobType::backup);
  EXPECT_EQ(row.level, JobLevel::full);
  EXPECT_EQ(row.started, from.started);
  EXPECT_EQ(row.ended, from.ended);
  EXPECT_EQ(row.job_tdate, from.job_tdate);
  EXPECT_EQ(row.really_ended, at(1795384333));
  EXPECT_EQ(row.files, 9U);
  EXPECT_EQ(row.bytes, 404945U);
  EXPECT_EQ(lab.catalog->files().count(row.id), 9U);
  EXPECT_EQ(report_in(lab.log(row.id), ""),
            report_in(*recorded_text("virtual-full.txt"), "Joblevel was set"));
  EXPECT_THAT(lab.log(row.id), HasSubstr("Consolidating JobIds 1 containing 9 files\n"));
}

TEST(Copies, FailClearlyAndLeaveTheSourceAlone) {
  Before lab;
  lab.volume("Full-0001", "Full", "File", 9, 2140048);
  const JobId source = lab.backup("minigzip", JobLevel::full, 6, 10, 414859, 516881);
  const auto control = lab.run(lab.request("minimigrate"));  // and nobody listens
  const auto worker = lab.wait(JobId(control.id.value + 1));
  EXPECT_EQ(worker.status, JobStatus::fatal);
  EXPECT_THAT(lab.log(worker.id), HasSubstr("Could not connect to Storage daemon"));
  EXPECT_THAT(lab.log(worker.id), HasSubstr("*** Migration Error ***"));
  const auto result = lab.catalog->jobs().find(JobId(control.id.value + 2)).value();
  EXPECT_EQ(result.status, JobStatus::fatal);
  const auto row = lab.catalog->jobs().find(source).value();
  EXPECT_EQ(row.type, JobType::backup);
  EXPECT_EQ(lab.catalog->files().count(source), 10U);
}

TEST(Copies, NeedANextPoolAndAnotherStorage) {
  Before lab;
  lab.volume("Full-0001", "Full", "File", 9, 2140048);
  const JobId source = lab.backup("minigzip", JobLevel::full, 6, 10, 414859, 516881);
  auto request = lab.request("mini");
  request.level = JobLevel::virtual_full;
  const auto row = lab.run(request);
  EXPECT_EQ(row.status, JobStatus::fatal);
  EXPECT_THAT(lab.log(row.id), HasSubstr("No Next Pool specification found in Pool \"Full\"."));
  request = lab.request("minicopy");
  request.job_ids = {JobId(99)};
  EXPECT_THAT(lab.log(lab.run(request).id), HasSubstr("JobId 99 is not present in the catalog"));
  request.job_ids = {source};
  request.next_pool = lab.request("mini").job->pool;
  EXPECT_THAT(lab.log(lab.run(request).id),
              HasSubstr("No Storage specification found in Next Pool \"Full\"."));
}

TEST(Consolidations, CountAgainstTheLimitsOfTheJobThatStartsThem) {
  // Outlives the lab: a job that is cancelled early never takes its connection, which ends with the lab then.
  ScriptedDaemon storage({}, 0, Misbehaviour::silence);
  Before lab;
  lab.volume("Full-0001", "Full", "File", 9, 2140048);
  lab.backup("always", JobLevel::full, 1, 10, 184, 405860);
  for (const std::uint32_t session : {2U, 3U, 4U})
    lab.backup("always", JobLevel::incremental, session, 1, 405861 * session, 405861 * session + 4498);
  lab.connector.add_storage(storage.channel());
  const auto first = lab.run(lab.request("merge"));
  EXPECT_THAT(lab.log(first.id), HasSubstr("Consolidating JobId 6 started.")) << lab.log(first.id);
  const JobId second = lab.director().run(lab.request("merge"));
  const auto status = [&] {
    for (const auto& job : lab.director().running_jobs())
      if (job.id == second) return job.status;
    return JobStatus::terminated;
  };
  while (status() == JobStatus::created) std::this_thread::yield();
  EXPECT_EQ(status(), JobStatus::waiting_for_job_resource);
  for (const JobId job : {second, JobId(6)}) lab.director().cancel(job, [](std::string_view) {});
  lab.director().wait_for_end(JobId(), {});
}

}  // namespace
}  // namespace holdfast::director
