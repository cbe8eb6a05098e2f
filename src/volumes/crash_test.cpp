// SPDX-License-Identifier: AGPL-3.0-or-later
// What the catalog knows can be read, and what comes later is not damaged, whichever operation of a device fails and
// whenever the power goes: over every kind of volume, with jobs that span volumes and jobs that share them.
#include <gmock/gmock.h>

#include <thread>

#include "base/error.h"
#include "testing/volumes/job_catalog.h"
#include "testing/volumes/volume_world.h"

namespace holdfast::volumes {
namespace {

using namespace testing_support;

class Crash : public ::testing::TestWithParam<NamedMedia> {
 protected:
  /// Small blocks, files and volumes: a job of a few kilobytes has many of each.
  std::unique_ptr<VolumeWorld> small_world() {
    auto world = std::make_unique<VolumeWorld>(GetParam().make());
    world->settings.max_block_size = 4096;
    world->settings.max_file_size = 12'000;
    world->catalog.set_max_bytes(30'000);
    world->restart();
    return world;
  }
};

using Records = std::vector<TestRecord>;

/// Of a job that was cut, the catalog knows a front part.
void expect_front_part(const Records& found, const Records& sent, const std::string& when) {
  ASSERT_LE(found.size(), sent.size()) << when;
  ASSERT_TRUE(std::equal(found.begin(), found.end(), sent.begin())) << when;
}

VolumeSession append_and_survive(VolumeWorld& world, const Records& records) {
  try {
    return world.append(records);
  } catch (const Error&) {
    return world.job(world.sessions).mounting.session;
  }
}

TEST_P(Crash, LosesNothingThatTheCatalogKnowsWhenThePowerGoes) {
  const auto known = some_files(6, 1, 9000);
  const auto cut = some_files(8, 2, 9000);
  int fail_at = 0;
  for (bool fired = true; fired; ++fail_at) {
    const auto when = fmt::format("power went at operation {}", fail_at);
    const auto world = small_world();
    const auto first = world->append(known);
    world->faults.operations = 0;
    world->faults.fail_at = fail_at;
    const auto second = append_and_survive(*world, cut);
    fired = world->faults.fired();
    world->device.reset();
    world->other_media->lose_power(static_cast<std::size_t>(fail_at % 4) * 1021);
    world->restart();

    ASSERT_EQ(world->read(first), known) << when;
    expect_front_part(world->read(second), cut, when);
    const auto third = world->append(known);
    ASSERT_EQ(world->read(third), known) << when;
    ASSERT_EQ(world->read(first), known) << when;
    expect_front_part(world->read(second), cut, when);
    for (const auto& record : world->catalog.records()) ASSERT_NE(record.status, "Error") << when;
  }
  EXPECT_GT(fail_at, 30);
}

TEST_P(Crash, LosesNothingThatTheCatalogKnowsWhenOneOperationFails) {
  const auto known = some_files(6, 1, 9000);
  const auto cut = some_files(8, 2, 9000);
  int fail_at = 0;
  for (bool fired = true; fired; ++fail_at) {
    const auto when = fmt::format("operation {} failed", fail_at);
    const auto world = small_world();
    const auto first = world->append(known);
    world->faults.operations = 0;
    world->faults.failures = 1;
    world->faults.fail_at = fail_at;
    const auto second = append_and_survive(*world, cut);
    fired = world->faults.fired();
    world->faults.fail_at = -1;

    ASSERT_EQ(world->read(first), known) << when;
    expect_front_part(world->read(second), cut, when);
    const auto third = world->append(known);
    ASSERT_EQ(world->read(third), known) << when;
    ASSERT_EQ(world->read(first), known) << when;
  }
  EXPECT_GT(fail_at, 30);
}

/// Two jobs whose blocks alternate on one device.
struct Interleaved {
  explicit Interleaved(VolumeWorld& world) : world_(world) {}

  void run(const Records& one, const Records& other) {
    const AppendJob jobs[] = {world_.job(++world_.sessions), world_.job(++world_.sessions)};
    sessions = {jobs[0].mounting.session, jobs[1].mounting.session};
    const Records* records[] = {&one, &other};
    std::vector<std::jthread> threads;
    for (int i = 0; i < 2; ++i)
      threads.emplace_back([this, i, &jobs, &records] { write(jobs[i], *records[i], catalogs[i], good[i]); });
    threads.clear();
    for (std::size_t i = 0; i < 2; ++i)
      for (const auto& stored : catalogs[i].stored()) world_.media.emplace_back(sessions[i], stored);
  }

  std::vector<VolumeSession> sessions;
  bool good[2] = {};

 private:
  void write(const AppendJob& job, const Records& records, JobCatalog& catalog, bool& is_good) {
    try {
      MemoryAttributes attributes;
      BlockWriter writer(*world_.device, job.mounting, catalog, world_.log, world_.stamp, world_.clock, {});
      writer.open({});
      AppendSession session(writer, job, attributes, world_.clock, {});
      for (const auto& record : records)
        session.record(record.file_index, record.stream, as_bytes(record.payload));
      session.close(JobStatus::terminated, 0);
      writer.release();
      is_good = true;
    } catch (const Error&) {
      // What the catalog knows is the question.
    }
  }

  VolumeWorld& world_;
  JobCatalog catalogs[2] = {JobCatalog(world_.catalog), JobCatalog(world_.catalog)};
};

TEST_P(Crash, LosesNothingOfJobsThatShareVolumes) {
  const auto known = some_files(4, 1, 9000);
  const Records cut[] = {some_files(8, 2, 9000), some_files(8, 3, 9000)};
  for (const int failures : {INT_MAX, 1}) {
    int fail_at = 0;
    for (bool fired = true; fired; ++fail_at) {
      const auto when = fmt::format("operation {} of two jobs failed, {} times", fail_at, failures);
      const auto world = small_world();
      const auto first = world->append(known);
      world->faults.operations = 0;
      world->faults.failures = failures;
      world->faults.fail_at = fail_at;
      Interleaved jobs(*world);
      jobs.run(cut[0], cut[1]);
      fired = world->faults.fired();
      world->faults.fail_at = -1;
      if (failures != 1) {
        world->device.reset();
        world->other_media->lose_power(static_cast<std::size_t>(fail_at % 4) * 1021);
        world->restart();
      }
      ASSERT_EQ(world->read(first), known) << when;
      for (std::size_t i = 0; i < 2; ++i) {
        const auto found = world->read(jobs.sessions[i]);
        expect_front_part(found, cut[i], when);
        if (jobs.good[i]) {
          ASSERT_EQ(found, cut[i]) << when;
        }
      }
      const auto third = world->append(known);
      ASSERT_EQ(world->read(third), known) << when;
    }
    EXPECT_GT(fail_at, 30);
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, Crash, ::testing::ValuesIn(all_media),
                         [](const auto& media) { return media.param.name; });

}  // namespace
}  // namespace holdfast::volumes
