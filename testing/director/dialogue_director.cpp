// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/director/dialogue_director.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "testing/director/recorded_director.h"

namespace holdfast::testing_support {
namespace {

using director::console::RunningJob;
using director::console::TerminatedJob;

struct RecordedJob {
  std::uint32_t id;
  const char* name;
  const char* queued;  ///< the end of its unique name, which tells when it was queued
  const char* type;
  const char* level;
  const char* status;
  const char* started;  ///< on the day of the recordings
  const char* ended;
  unsigned files, bytes;
  std::uint32_t copy_of = 0;
};

constexpr RecordedJob recorded_jobs[] = {
    {1, "mini", "22.21.19_03", "B", "F", "T", "22:21:21", "22:21:21", 10, 404035},
    {2, "minipassive", "22.21.20_04", "B", "F", "T", "22:21:22", "22:21:24", 10, 404035},
    {3, "minigzip", "22.21.23_05", "B", "F", "T", "22:21:25", "22:21:25", 10, 100337},
    {4, "mini", "22.21.24_06", "B", "I", "T", "22:21:26", "22:21:27", 1, 4008},
    {5, "RestoreFiles", "22.23.02_10", "R", "F", "f", "22:23:04", "22:23:04", 0, 0},
    {6, "mini", "22.24.18_15", "B", "F", "T", "22:24:20", "22:24:20", 10, 404043},
    {7, "minicopy", "22.24.18_16", "c", "F", "T", "22:24:20", "22:24:20", 0, 0},
    {8, "mini", "22.24.18_17", "B", "F", "T", "22:24:20", "22:24:21", 10, 404043},
    {9, "minicopy", "22.24.20_20", "c", "F", "T", "22:24:22", "22:24:22", 0, 0},
    {10, "mini", "22.24.20_21", "C", "F", "T", "22:21:21", "22:21:21", 10, 405079, 1},
    {11, "minicopy", "22.24.20_22", "c", "F", "T", "22:24:22", "22:24:23", 0, 0},
    {12, "minipassive", "22.24.20_23", "C", "F", "T", "22:21:22", "22:21:24", 10, 405079, 2},
    {13, "minicopy", "22.24.20_24", "c", "F", "T", "22:24:23", "22:24:23", 0, 0},
    {14, "minigzip", "22.24.20_25", "C", "F", "T", "22:21:25", "22:21:25", 10, 101409, 3},
    {15, "minicopy", "22.24.20_26", "c", "F", "T", "22:24:24", "22:24:24", 0, 0},
    {16, "mini", "22.24.20_27", "C", "I", "T", "22:21:26", "22:21:27", 1, 4117, 4},
    {17, "minicopy", "22.24.20_28", "c", "F", "T", "22:24:25", "22:24:25", 0, 0},
    {18, "mini", "22.24.20_29", "C", "F", "T", "22:24:20", "22:24:20", 10, 405087, 6},
    {19, "RestoreFiles", "22.26.31_35", "R", "F", "T", "22:26:33", "22:26:35", 10, 404043},
    {20, "RestoreFiles", "22.27.45_40", "R", "F", "T", "22:27:45", "22:27:47", 10, 404043},
    {21, "RestoreFiles", "22.27.45_41", "R", "F", "T", "22:27:49", "22:27:51", 1, 15},
    {22, "RestoreFiles", "22.27.45_42", "R", "F", "W", "22:27:51", "22:27:54", 1, 15},
    {23, "mini", "22.29.33_49", "B", "F", "T", "22:29:33", "22:29:34", 10, 404043},
    {24, "mini", "22.29.33_50", "B", "F", "T", "22:29:35", "22:29:35", 10, 404043},
    {25, "mini", "22.30.18_05", "B", "F", "T", "22:30:20", "22:30:21", 10, 404043},
    {26, "RestoreFiles", "22.31.07_07", "R", "F", "A", "22:31:09", "22:31:11", 0, 0},
    {27, "RestoreFiles", "22.31.09_09", "R", " ", "A", "22:31:11", "22:31:11", 0, 0},
    {28, "slow", "22.31.09_11", "B", "F", "A", "22:31:11", "22:31:11", 0, 0},
    {29, "slow", "22.33.10_13", "B", "F", "A", "22:33:12", "22:33:50", 0, 0},
    {30, "slow", "22.38.02_20", "B", "F", "A", "22:38:04", "22:38:04", 0, 0},
    {31, "slow", "22.38.04_22", "B", "F", "A", "22:38:06", "22:38:44", 0, 0},
    {32, "slow", "22.39.38_31", "B", "F", "A", "22:39:41", "22:40:19", 0, 0},
    {33, "slow", "22.40.20_34", "B", "F", "A", "22:40:22", "22:41:00", 0, 0},
};

/// What changed between the jobs, in order.
struct Later {
  std::uint32_t after;  ///< the job
  const char* sql;
};
constexpr Later later_changes[] = {
    {0,
     "INSERT INTO Media (MediaId, VolumeName, PoolId, MediaType, FirstWritten, LastWritten, LabelDate, "
     "VolJobs, "
     "VolBlocks, VolMounts, VolBytes, VolWrites, VolStatus, Enabled, Recycle, VolRetention, StorageId, "
     "EndBlock) "
     "VALUES (1, 'Full-0001', 2, 'File', '2026-11-22 22:21:21', '2026-11-22 22:24:20', '2026-11-22 "
     "22:21:21', 6, "
     "7, 6, 1729668, 7, 'Append', 1, 1, 31536000, 1, 1729667), (2, 'Copy-0002', 1, 'FileZ', '2026-11-22 "
     "22:24:22', "
     "'2026-11-22 22:24:25', '2026-11-22 22:24:22', 5, 5, 5, 1323988, 5, 'Append', 1, 1, 31536000, 3, "
     "1323987)"},
    {25,
     "UPDATE Media SET VolStatus = 'Used', VolBytes = 2946843, LastWritten = '2026-11-22 22:30:21', VolJobs "
     "= 9, "
     "VolBlocks = 10, VolMounts = 9, VolWrites = 10, EndBlock = 2946842 WHERE MediaId = 1"},
    {25,
     "INSERT INTO Media (MediaId, VolumeName, PoolId, MediaType, VolStatus, Enabled, Recycle, VolRetention, "
     "StorageId, Slot) VALUES (5, 'XV0001', 2, 'File', 'Unlabeled', 1, 1, 31536000, 1, 0), "
     "(6, 'XV0002', 2, 'File', 'Unlabeled', 1, 1, 31536000, 1, 1)"},
};

constexpr const char* clear[] = {"DELETE FROM Job",           "DELETE FROM JobMedia",
                                 "DELETE FROM Media",         "DELETE FROM Log",
                                 "DELETE FROM FileSet",       "DELETE FROM File WHERE JobId <> 1",
                                 "DELETE FROM PathVisibility"};

/// The files were the same but for the time at which they were made.
constexpr const char* files_sql =
    "UPDATE File SET LStat = REPLACE(REPLACE(LStat, 'BrA2PE', 'BrA2re'), 'BrA2PK', 'BrA2rh')";

std::string file_set_sql(int id, std::string_view name, std::string_view md5, std::string_view options) {
  return fmt::format(
      "INSERT INTO FileSet (FileSetId, FileSet, MD5, CreateTime, FileSetText) VALUES ({}, '{}', '{}', "
      "'2026-11-22 22:21:{}', 'FileSet {{\n  Name = \"{}\"\n  Include {{\n    Options {{\n{}      HardLinks "
      "= No\n"
      "      AclSupport = Yes\n      XattrSupport = Yes\n    }}\n    File = \"/srv/verify-c/mini\"\n  "
      "}}\n}}\n\n')",
      id, name, md5, id == 1 ? 19 : 23, name, options);
}

void add_job(catalog::Catalog& catalog, const RecordedJob& job) {
  constexpr std::string_view day = "2026-11-22 ";
  std::string queued = std::string(job.queued).substr(0, 8);
  std::replace(queued.begin(), queued.end(), '.', ':');
  const bool is_gzip = std::string_view(job.name) == "minigzip";
  const bool copied = *job.type == 'C';
  execute_sql(
      catalog,
      fmt::format(
          "INSERT INTO Job (JobId, Job, Name, Type, Level, ClientId, JobStatus, SchedTime, StartTime, "
          "EndTime, RealEndTime, JobTDate, VolSessionId, VolSessionTime, JobFiles, JobBytes, PoolId, "
          "FileSetId, PriorJobId) VALUES ({}, '{}.2026-11-22_{}', '{}', '{}', '{}', {}, '{}', '{}{}', "
          "'{}{}', '{}{}', '{}{}', {}, {}, 1795385850, {}, {}, {}, {}, {})",
          job.id, job.name, job.queued, job.name, job.type, job.level,
          std::string_view(job.name) == "minipassive" ? 2 : 1, job.status, day, queued, day, job.started, day,
          job.ended, day, copied ? "22:24:25" : job.ended, unix_seconds(on_the_day(job.ended)), job.id,
          job.files, job.bytes, copied ? 1 : 2, is_gzip ? 2 : 1, job.copy_of));
  if (job.files == 0 || *job.type == 'R') return;
  execute_sql(
      catalog,
      fmt::format("INSERT INTO JobMedia (JobMediaId, JobId, MediaId, FirstIndex, LastIndex, EndBlock, "
                  "VolIndex) VALUES ({}, {}, {}, 1, {}, {}, 1)",
                  job.id + 1, job.id, copied ? 2 : 1, job.files, job.bytes));
  if (job.id == 1) return;
  execute_sql(catalog,
              fmt::format("INSERT INTO File (FileIndex, JobId, PathId, LStat, MD5, Name) SELECT FileIndex, "
                          "{0}, PathId, LStat, MD5, Name FROM File WHERE JobId = 1 AND FileIndex <= {1}",
                          job.id, job.files));
  if (job.id >= 4 && !is_gzip)
    execute_sql(
        catalog,
        fmt::format("UPDATE File SET LStat = REPLACE(LStat, ' +g ', ' +o ') WHERE JobId = {}", job.id));
}

/// The last ten jobs that have ended; job 26 did after the two behind it.
std::vector<TerminatedJob> terminated_jobs(catalog::Catalog& catalog) {
  std::vector<TerminatedJob> jobs;
  for (const RecordedJob& job : recorded_jobs) {
    const auto row = catalog.jobs().find(JobId(job.id));
    if (!row || row->ended == catalog::Moment()) continue;
    jobs.push_back(terminated_job(catalog, *row));
  }
  const auto late =
      std::find_if(jobs.begin(), jobs.end(), [](const auto& job) { return job.id == JobId(26); });
  if (jobs.end() - late > 2) std::rotate(late, late + 1, late + 3);
  if (jobs.size() > 10) jobs.erase(jobs.begin(), jobs.end() - 10);
  return jobs;
}

/// "list joblog" as another dialogue shows it.
void add_log(catalog::Catalog& catalog) {
  const auto recording = recorded_text("more/status-and-cancel.api1.packets.txt");
  constexpr std::string_view heading = "<     time: ";
  constexpr std::string_view between = "\\n logtext: ";
  for (std::string_view line : split(*recording, '\n')) {
    if (!line.starts_with(heading) || !line.ends_with("\\n\\n")) continue;
    line.remove_prefix(heading.size());
    line.remove_suffix(2);  // the text has a newline of its own
    const std::string_view time = line.substr(0, line.find('\\'));
    const std::string text = replace_all(std::string(line.substr(time.size() + between.size())), "\\n", "\n");
    const catalog::SqlValue values[] = {time, std::string_view(text)};
    execute_sql(catalog, "INSERT INTO Log (JobId, Time, LogText) VALUES (1, ?1, ?2)", values);
  }
}

}  // namespace

std::unique_ptr<ServicesDouble> dialogue_director(ServicesDouble::Database database,
                                                  std::uint32_t newest_job) {
  auto services = recorded_director(database, Recorded::dialogues);
  if (!services) return nullptr;
  const auto catalog = services->catalog.open();
  for (const char* sql : clear) execute_sql(*catalog, sql);
  execute_sql(*catalog, files_sql);
  execute_sql(*catalog, file_set_sql(1, "Mini", "q+x/iXItAh8xz+/XO++S0C", "      Signature = \"MD5\"\n"));
  execute_sql(*catalog, file_set_sql(2, "MiniGzip", "gzipgzipgzipgzipgzipgz",
                                     "      Signature = \"SHA1\"\n      Compression = \"GZIP6\"\n"));
  for (const RecordedJob& job : recorded_jobs)
    if (job.id <= newest_job) add_job(*catalog, job);
  for (const Later& change : later_changes)
    if (change.after <= newest_job) execute_sql(*catalog, change.sql);
  add_log(*catalog);
  services->terminated = terminated_jobs(*catalog);
  services->next_job = JobId(newest_job + 1);
  services->start_time = on_the_day("22:30:00");
  return services;
}

Time on_the_day(std::string_view time_of_day) {
  constexpr std::int64_t midnight = 1'795'305'600;
  const auto part = [&](std::size_t at) { return parse_number<int>(time_of_day.substr(at, 2)).value_or(0); };
  return from_unix_seconds(midnight + part(0) * 3600 + part(3) * 60 + part(6));
}

void let_run(ServicesDouble& services, std::initializer_list<std::uint32_t> jobs) {
  const auto catalog = services.catalog.open();
  for (const std::uint32_t job : jobs) {
    execute_sql(
        *catalog,
        fmt::format("UPDATE Job SET JobStatus = 'R', EndTime = NULL, RealEndTime = NULL WHERE JobId = {}",
                    job));
    const auto row = catalog->jobs().find(JobId(job));
    RunningJob running;
    running.id = row->id;
    running.unique_name = row->job;
    running.name = row->name;
    running.client = "lab-fd";
    running.storage = "File";
    running.type = row->type;
    running.level = row->level;
    running.status = JobStatus::running;
    running.started = unix_seconds(services.clock.now());
    services.running.push_back(std::move(running));
    services.next_job = row->id;
  }
  services.terminated = terminated_jobs(*catalog);
}

void let_end(ServicesDouble& services) {
  const auto catalog = services.catalog.open();
  for (const RecordedJob& job : recorded_jobs)
    execute_sql(*catalog,
                fmt::format("UPDATE Job SET JobStatus = '{}', EndTime = '2026-11-22 {}', RealEndTime = "
                            "'2026-11-22 {}' WHERE JobId = {} AND EndTime IS NULL",
                            job.status, job.ended, job.ended, job.id));
  services.running.clear();
  services.terminated = terminated_jobs(*catalog);
}

}  // namespace holdfast::testing_support
