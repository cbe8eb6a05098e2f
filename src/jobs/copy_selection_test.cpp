// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/copy_selection.h"

#include <gmock/gmock.h>

#include <random>
#include <regex>
#include <set>

#include "jobs/texts.h"
#include "testing/catalog/memory_catalog.h"

namespace holdfast::jobs {
namespace {

using catalog::JobRow;
using catalog::Moment;
using catalog::VolumeRow;
using config::SelectionType;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Moment begin{std::chrono::seconds(1'700'000'000)};

/// A catalog of random jobs on random volumes, and the same as plain lists.
struct World {
  std::mt19937 numbers;
  std::unique_ptr<catalog::Catalog> catalog = catalog::memory_catalog();
  std::vector<JobRow> jobs;
  std::vector<VolumeRow> volumes;
  std::set<std::pair<JobId, MediaId>> pieces;
  std::vector<std::string> client_names{"alpha", "beta"};
  std::vector<ClientId> clients;

  explicit World(unsigned seed, int count = 25) : numbers(seed) {
    for (const std::string& name : client_names) clients.push_back(catalog->clients().get_or_create(name).id);
    for (int i = 0; i < 4; ++i) add_volume(i);
    for (int i = 0; i < count; ++i) add_job(i);
  }

  int number(int below) { return static_cast<int>(numbers() % static_cast<unsigned>(below)); }
  template <typename T>
  T any_of(std::initializer_list<T> values) {
    return *(values.begin() + number(static_cast<int>(values.size())));
  }

  void add_volume(int i) {
    VolumeRow row;
    row.name = "V-" + std::to_string(i);
    row.pool = PoolId(static_cast<std::uint32_t>(1 + number(2)));
    row.media_type = "File";
    row.status = any_of<std::string>({"Full", "Used", "Error", "Append", "Purged"});
    row.enabled = static_cast<std::int16_t>(number(5) != 0);
    row.bytes = static_cast<std::uint64_t>(number(1000));
    row.last_written = begin + std::chrono::seconds(number(10'000));
    row.id = catalog->volumes().create(row);
    volumes.push_back(row);
  }

  void add_job(int i) {
    JobRow row;
    row.job = "job." + std::to_string(i);
    row.name = any_of<std::string>({"mail", "web", "mailbox"});
    row.type =
        any_of({JobType::backup, JobType::backup, JobType::copy_of_job, JobType::restore, JobType::archive});
    row.level = JobLevel::full;
    row.client = clients[static_cast<std::size_t>(number(2))];
    row.id = catalog->jobs().create(row);
    row.status =
        any_of({JobStatus::terminated, JobStatus::terminated, JobStatus::warnings, JobStatus::fatal});
    row.pool = PoolId(static_cast<std::uint32_t>(1 + number(2)));
    row.started = begin + std::chrono::seconds(number(5000));
    row.ended = row.really_ended = row.started + std::chrono::seconds(number(5000));
    row.job_tdate = row.ended.time_since_epoch().count();
    row.bytes = static_cast<std::uint64_t>(number(4) * 100);
    if (number(4) == 0 && !jobs.empty())
      row.prior = jobs[static_cast<std::size_t>(number(static_cast<int>(jobs.size())))].id;
    catalog->jobs().finish(row);
    // PriorJobId is written, the type of the row stays.
    jobs.push_back(row);
    for (int piece = number(3); piece > 0; --piece) {
      const MediaId volume = volumes[static_cast<std::size_t>(number(4))].id;
      catalog->volumes().add_piece({.job = row.id, .volume = volume, .first_index = 1, .last_index = 1});
      pieces.emplace(row.id, volume);
    }
  }

  // The naive answers.

  static bool is_backup(const JobRow& job) {
    return (job.type == JobType::backup || job.type == JobType::copy_of_job) && is_good(job.status);
  }
  bool is_written(const VolumeRow& volume, bool or_append = false) const {
    const bool fits = volume.status == "Full" || volume.status == "Used" || volume.status == "Error" ||
                      (or_append && volume.status == "Append");
    return fits && volume.enabled == 1 && volume.pool == PoolId(1);
  }
  bool has_written_volume(bool or_append = false) const {
    return std::any_of(volumes.begin(), volumes.end(),
                       [&](const VolumeRow& volume) { return is_written(volume, or_append); });
  }
  bool lies_on(const JobRow& job, const VolumeRow& volume) const {
    return pieces.contains({job.id, volume.id});
  }
  bool lies_anywhere(const JobRow& job) const {
    return std::any_of(volumes.begin(), volumes.end(), [&](const VolumeRow& v) { return lies_on(job, v); });
  }
  std::set<JobId> that(const std::function<bool(const JobRow&)>& wanted) const {
    std::set<JobId> found;
    for (const JobRow& job : jobs)
      if (wanted(job)) found.insert(job.id);
    return found;
  }
};

CopyQuestion question_for(SelectionType selection, const std::string& pattern = "") {
  CopyQuestion question;
  question.selection = selection;
  question.pattern = pattern;
  question.pool = PoolId(1);
  question.pool_name = "Pool";
  question.now = begin + std::chrono::seconds(7000);
  question.migration_time = std::chrono::seconds(2000);
  return question;
}

std::set<JobId> selected(World& world, const CopyQuestion& question) {
  const auto selection = select_jobs_to_copy(*world.catalog, question);
  EXPECT_EQ(selection.failure, "");
  std::set<JobId> unique(selection.jobs.begin(), selection.jobs.end());
  EXPECT_EQ(unique.size(), selection.jobs.size()) << "each job once";
  return unique;
}

void expect_as_in_the_model(World& world) {
  const PoolId pool(1);
  EXPECT_EQ(selected(world, question_for(SelectionType::job, "^mail$")),
            world.that([&](const JobRow& job) { return job.pool == pool && job.name == "mail"; }));
  EXPECT_EQ(selected(world, question_for(SelectionType::client, "alp")), world.that([&](const JobRow& job) {
    return job.pool == pool && World::is_backup(job) && job.client == world.clients[0];
  }));
  EXPECT_EQ(selected(world, question_for(SelectionType::volume, "[01]$")), world.that([&](const JobRow& job) {
    return World::is_backup(job) &&
           ((world.is_written(world.volumes[0]) && world.lies_on(job, world.volumes[0])) ||
            (world.is_written(world.volumes[1]) && world.lies_on(job, world.volumes[1])));
  }));
  const VolumeRow* smallest = nullptr;
  const VolumeRow* oldest = nullptr;
  for (const VolumeRow& volume : world.volumes) {
    if (!world.is_written(volume)) continue;
    if (smallest == nullptr || volume.bytes < smallest->bytes) smallest = &volume;
    if (oldest == nullptr || volume.last_written < oldest->last_written) oldest = &volume;
  }
  const auto on = [&](const VolumeRow* volume) {
    return world.that([&](const JobRow& job) {
      return volume != nullptr && World::is_backup(job) && world.lies_on(job, *volume);
    });
  };
  EXPECT_EQ(selected(world, question_for(SelectionType::smallest_volume)), on(smallest));
  EXPECT_EQ(selected(world, question_for(SelectionType::oldest_volume)), on(oldest));
  EXPECT_EQ(selected(world, question_for(SelectionType::pool_time)), world.that([&](const JobRow& job) {
    return world.has_written_volume() && job.pool == pool && World::is_backup(job) &&
           world.lies_anywhere(job) && job.really_ended <= begin + std::chrono::seconds(5000);
  }));
  EXPECT_EQ(
      selected(world, question_for(SelectionType::pool_uncopied_jobs)), world.that([&](const JobRow& job) {
        const bool is_copied = std::any_of(world.jobs.begin(), world.jobs.end(), [&](const JobRow& other) {
          return other.prior == job.id && World::is_backup(other);
        });
        return job.pool == pool && (job.type == JobType::backup || job.type == JobType::archive) &&
               is_good(job.status) && job.bytes > 0 && !is_copied;
      }));
}

void expect_occupancy_as_in_the_model(World& world) {
  auto question = question_for(SelectionType::pool_occupancy);
  question.high_bytes = 600;
  question.low_bytes = 300;
  std::uint64_t bytes = 0;
  std::vector<JobRow> candidates;
  for (const JobRow& job : world.jobs) {
    if (!World::is_backup(job)) continue;
    if (job.pool == PoolId(1)) bytes += job.bytes;
    for (const VolumeRow& volume : world.volumes)
      if (world.is_written(volume) && world.lies_on(job, volume)) {
        candidates.push_back(job);
        break;
      }
  }
  std::vector<JobId> expected;
  if (world.has_written_volume(true) && bytes >= question.high_bytes) {
    std::sort(candidates.begin(), candidates.end(), [](const JobRow& a, const JobRow& b) {
      return std::pair(a.started, a.id) < std::pair(b.started, b.id);
    });
    for (const JobRow& job : candidates) {
      if (!expected.empty() && bytes <= question.low_bytes) break;
      expected.push_back(job.id);
      bytes -= std::min(bytes, job.bytes);
    }
  }
  EXPECT_EQ(select_jobs_to_copy(*world.catalog, question).jobs, expected);
}

TEST(CopySelection, ChoosesWhatTheModelChooses) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    World world(seed);
    expect_as_in_the_model(world);
    expect_occupancy_as_in_the_model(world);
    if (::testing::Test::HasFailure()) break;
  }
}

TEST(CopySelection, TakesWhatAQueryGives) {
  World world(1);
  const auto question = question_for(SelectionType::sql_query,
                                     "SELECT JobId, Name FROM Job WHERE JobId IN (3, 5) ORDER BY JobId DESC");
  EXPECT_THAT(select_jobs_to_copy(*world.catalog, question).jobs, ElementsAre(JobId(5), JobId(3)));
}

TEST(CopySelection, SaysWhyThereIsNothing) {
  World world(1, 0);
  world.catalog = catalog::memory_catalog();
  const auto log = [&](SelectionType selection, const char* pattern = "") {
    return select_jobs_to_copy(*world.catalog, question_for(selection, pattern)).log;
  };
  EXPECT_THAT(log(SelectionType::job, "x"),
              ElementsAre("No Jobs found to copy.\n", "No JobIds found to copy.\n"));
  EXPECT_THAT(log(SelectionType::oldest_volume),
              ElementsAre("No Oldest Volumes found to copy.\n", "No JobIds found to copy.\n"));
  EXPECT_THAT(log(SelectionType::pool_time), ElementsAre("Query of Pool \"Pool\" returned no Jobs to copy.\n",
                                                         "No JobIds found to copy.\n"));
  World other(1);
  EXPECT_THAT(select_jobs_to_copy(*other.catalog, question_for(SelectionType::job, "nobody")).log,
              ElementsAre("Regex pattern matched no Jobs to copy.\n", "No JobIds found to copy.\n"));
}

TEST(CopySelection, RefusesQuestionsWithoutSense) {
  World world(1);
  for (const auto& question : {question_for(SelectionType::job), question_for(SelectionType::client, "("),
                               question_for(SelectionType::sql_query)})
    EXPECT_NE(select_jobs_to_copy(*world.catalog, question).failure, "");
  auto migration = question_for(SelectionType::pool_uncopied_jobs);
  migration.type = JobType::migrate;
  EXPECT_NE(select_jobs_to_copy(*world.catalog, migration).failure, "");
}

TEST(CopySelection, TellsWhatItChose) {
  EXPECT_EQ(chosen_text(JobType::copy, {JobId(1), JobId(4)}),
            "The following 2 JobIds were chosen to be copied: 1,4\n");
  EXPECT_EQ(chosen_text(JobType::migrate, {JobId(6)}),
            "The following 1 JobId was chosen to be migrated: 6\n");
}

}  // namespace
}  // namespace holdfast::jobs
