// SPDX-License-Identifier: AGPL-3.0-or-later
// Jobs that want a tape with which another drive works.
#include <gmock/gmock.h>

#include <atomic>
#include <latch>
#include <map>
#include <random>
#include <thread>

#include "os/system_clock.h"
#include "testing/device/tape_library.h"
#include "testing/volumes/memory_catalog.h"
#include "testing/volumes/volume_world.h"
#include "volumes/append_session.h"
#include "volumes/autochanger.h"
#include "volumes/block_writer.h"
#include "volumes/read_session.h"
#include "volumes/reservation.h"

namespace holdfast::volumes {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace testing_support;
using Records = std::vector<TestRecord>;

constexpr std::uint32_t session_time = 1700000000;

class Collector final : public RecordVisitor {
 public:
  explicit Collector(std::latch* start = nullptr) : start_(start) {}
  void record(const format::Record& record, const Block&) override {
    if (start_ != nullptr) std::exchange(start_, nullptr)->arrive_and_wait();
    records.push_back({record.file_index, record.stream, std::string(as_text(record.payload))});
  }
  Records records;

 private:
  std::latch* start_;
};

/// Four drives and a robot, or a person.
struct HeldVolumes : testing::Test {
  TapeLibrary library{8, 4};
  MemoryCatalog catalog;
  MemoryLog log;
  os::SystemClock clock;
  LabelStamp stamp{.program = "test-sd", .host = "host1"};
  Autochanger robot{"Library", library.robot()};
  DevicePool pool;

  HeldVolumes() {
    catalog.use_slots();
    for (unsigned number = 0; number < 4; ++number) {
      pool.add(std::make_unique<StorageDevice>(DeviceSettings{.name = fmt::format("Drive{}", number),
                                                              .archive = "/memory",
                                                              .media_type = "File",
                                                              .labels_media = true,
                                                              .max_concurrent_jobs = 2,
                                                              .max_block_size = 4096,
                                                              .drive_index = number},
                                               library.drive(number)));
      robot.add(drive(number));
      drive(number).set_changer(robot);
    }
  }
  StorageDevice& drive(unsigned number) { return *pool.devices().at(number); }

  /// A job that has a volume, to which it may write more.
  struct Writing {
    AppendJob job;
    MemoryAttributes attributes;
    std::unique_ptr<BlockWriter> writer;
    std::unique_ptr<AppendSession> session;

    void append(const Records& records) {
      for (const auto& record : records)
        session->record(record.file_index, record.stream, as_bytes(record.payload));
    }
    void finish() {
      session->close(JobStatus::terminated, 0);
      writer->release();
    }
  };
  std::unique_ptr<Writing> write(unsigned number, const std::string& volume, const std::string& name) {
    auto writing = std::make_unique<Writing>();
    auto& job = writing->job;
    job.mounting = {.job = name, .session = {++sessions, session_time}, .pool = "Full", .media_type = "File"};
    job.label.job_id = JobId(sessions);
    job.label.job = name;
    job.label.pool = "Full";
    writing->writer = std::make_unique<BlockWriter>(drive(number), job.mounting, catalog, log, stamp, clock,
                                                    stop.get_token());
    writing->writer->open(volume);
    writing->session =
        std::make_unique<AppendSession>(*writing->writer, job, writing->attributes, clock, stop.get_token());
    return writing;
  }

  /// A whole job; what finds it again.
  std::string back_up(unsigned number, const std::string& volume, const Records& records) {
    const auto before = catalog.job_media().size();
    auto writing = write(number, volume, "backup");
    writing->append(records);
    writing->finish();
    auto media = catalog.job_media();
    media.erase(media.begin(), media.begin() + static_cast<std::ptrdiff_t>(before));
    return bootstrap_text(writing->job.mounting.session, media);
  }

  /// All that the bootstrap selects; throws what the job ends with.
  Records read(unsigned number, const std::string& bootstrap, const std::string& job,
               std::latch* start = nullptr) {
    Collector collector(start);
    ReadSession reading(drive(number), format::parse_bootstrap(bootstrap).value(), job, catalog, log, clock,
                        stop.get_token());
    reading.open();
    reading.read_all(collector);
    reading.release();
    return std::move(collector.records);
  }

  void wait_until_blocked(unsigned number) {
    while (drive(number).state().blocked == Blocked::no) std::this_thread::yield();
  }

  std::atomic<std::uint32_t> sessions = 0;
  std::stop_source stop;
  const Records files = some_files(5, 1);
};

TEST_F(HeldVolumes, AReaderSaysWithWhichDriveATapeIsAndGetsItWhenThatIsDone) {
  catalog.add_volume();
  const auto bootstrap = back_up(0, "V-0001", files);
  const auto writing = write(0, "V-0001", "job.1");
  Records found;
  std::jthread reader([&] { found = read(1, bootstrap, "job.2"); });
  wait_until_blocked(1);
  EXPECT_EQ(drive(1).state().wanted_volume, "V-0001");
  writing->append(files);
  writing->finish();
  reader.join();
  EXPECT_EQ(found, files);
  EXPECT_THAT(log.text(),
              HasSubstr("Job job.2 waits for Volume \"V-0001\", with which device \"Drive0\" (/memory) "
                        "works for job.1. It goes on when that is done.\n"));
  EXPECT_THAT(log.text(), Not(HasSubstr("Please mount")));
}

TEST_F(HeldVolumes, AReaderGetsATapeWhenTheJobThatWroteItGoesOnToTheNext) {
  catalog.set_max_bytes(100'000);
  catalog.add_volume();
  const auto bootstrap = back_up(0, "V-0001", files);
  const auto writing = write(0, "V-0001", "job.1");
  Records found;
  std::jthread reader([&] { found = read(1, bootstrap, "job.2"); });
  wait_until_blocked(1);
  writing->append(some_files(60, 2));
  reader.join();
  EXPECT_EQ(found, files);
  EXPECT_EQ(drive(0).state().writers, 1U);
  writing->finish();
}

TEST_F(HeldVolumes, OneOfTwoJobsThatWaitForEachOthersTapeEndsAndTheOtherOneGoesOn) {
  catalog.add_volume();
  catalog.add_volume();
  const auto first_bootstrap = back_up(0, "V-0001", files);
  const auto second_bootstrap = back_up(1, "V-0002", files);
  const auto first = write(0, "V-0001", "copy.1");
  auto second = write(1, "V-0002", "copy.2");
  Records found;
  std::jthread reader([&] { found = read(2, second_bootstrap, "copy.1"); });
  wait_until_blocked(2);
  try {
    read(3, first_bootstrap, "copy.2");
    ADD_FAILURE() << "it would have waited for ever";
  } catch (const DeviceDeadlock& deadlock) {
    EXPECT_EQ(
        deadlock.message(),
        "Job copy.2 cannot get Volume \"V-0001\": device \"Drive0\" (/memory) works with it for jobs that "
        "wait "
        "for what this one holds. This job ends, so that they can go on; run it again when they are done.");
  }
  EXPECT_FALSE(drive(3).state().is_busy());
  second->finish();
  reader.join();
  EXPECT_EQ(found, files);
  first->finish();
  EXPECT_EQ(read(3, first_bootstrap, "copy.3"), files);
}

TEST_F(HeldVolumes, AJobThatWaitsForOneThatGoesOnIsNoDeadlock) {
  catalog.add_volume();
  catalog.add_volume();
  const auto first_bootstrap = back_up(0, "V-0001", files);
  const auto second_bootstrap = back_up(1, "V-0002", files);
  const auto first = write(0, "V-0001", "copy.1");
  const auto second = write(1, "V-0002", "copy.2");
  Records found_first, found_third;
  std::jthread reader([&] { found_first = read(2, second_bootstrap, "copy.1"); });
  wait_until_blocked(2);
  std::jthread third([&] { found_third = read(3, first_bootstrap, "restore.3"); });
  wait_until_blocked(3);
  second->finish();
  reader.join();
  first->finish();
  third.join();
  EXPECT_EQ(found_first, files);
  EXPECT_EQ(found_third, files);
}

TEST_F(HeldVolumes, TwoReadersSwapTheirTapes) {
  catalog.add_volume();
  catalog.add_volume();
  const auto first = back_up(0, "V-0001", files);
  const auto second = back_up(1, "V-0002", files);
  std::latch both_read(2);
  Records one_way, other_way;
  {
    std::jthread reader([&] { one_way = read(2, first + second, "restore.1", &both_read); });
    other_way = read(3, second + first, "restore.2", &both_read);
  }
  auto twice = files;
  twice.insert(twice.end(), files.begin(), files.end());
  EXPECT_EQ(one_way, twice);
  EXPECT_EQ(other_way, twice);
  EXPECT_THAT(log.text(), Not(HasSubstr("Please mount")));
}

TEST_F(HeldVolumes, AWriterGetsTheOnlyTapeWhenItsReaderHasReadIt) {
  catalog.set_max_volumes(1);
  const auto bootstrap = back_up(0, "", files);
  std::latch begun(2);
  std::jthread reader([&] { read(1, bootstrap, "restore.1", &begun); });
  while (drive(1).state().volume.empty()) std::this_thread::yield();
  std::jthread writer([&] { write(0, "", "job.2")->finish(); });
  wait_until_blocked(0);
  begun.count_down();
  reader.join();
  writer.join();
  EXPECT_EQ(catalog.copy_of("V-0001").jobs, 2U);
}

/// Two jobs that append to one tape and read others, in any order. Where a deadlock went unnoticed they would hang.
TEST_F(HeldVolumes, NobodyWaitsForEverWhateverJobsWant) {
  constexpr unsigned tapes = 3;
  std::map<std::string, std::string> bootstraps;
  for (unsigned number = 1; number <= tapes; ++number) {
    const auto volume = catalog.add_volume().name;
    bootstraps[volume] = back_up(0, volume, files);
  }
  const auto run_jobs = [&](unsigned number) {
    std::mt19937 random(number);
    for (int round = 0; round < 40; ++round) {
      const auto job = fmt::format("copy.{}", number);
      const auto writing = write(2 * number, fmt::format("V-{:04}", 1 + random() % tapes), job);
      std::string wanted;
      for (unsigned i = 0; i < 2; ++i) {
        const auto volume = fmt::format("V-{:04}", 1 + random() % tapes);
        if (volume != drive(2 * number).state().volume && wanted.find(volume) == std::string::npos)
          wanted += bootstraps.at(volume);
      }
      try {
        if (!wanted.empty()) {
          EXPECT_GE(read(2 * number + 1, wanted, job).size(), files.size());
        }
        writing->append(files);
      } catch (const DeviceDeadlock&) {
        // It gives way.
      }
      writing->finish();
    }
  };
  {
    const std::jthread other([&] { run_jobs(1); });
    run_jobs(0);
  }
  EXPECT_THAT(log.text(), Not(HasSubstr("Please mount")));
  for (const auto& device : pool.devices()) EXPECT_FALSE(device->state().is_busy());
}

TEST_F(HeldVolumes, AJobThatWaitsForAnyVolumeDoesNotWakeItselfOrOthers) {
  catalog.set_max_volumes(1);
  back_up(0, "", files);
  const auto in_use = drive(0).take_turn({});  // the robot cannot have the tape
  catalog.clear_trace();
  std::vector<std::jthread> jobs;
  for (unsigned number = 1; number <= 2; ++number)
    jobs.emplace_back([&, number] { EXPECT_THROW(write(number, "", fmt::format("job.{}", number)), Error); });
  wait_until_blocked(1);
  wait_until_blocked(2);
  for (unsigned look = 0; look < 10'000; ++look) drive(1).state();
  stop.request_stop();
  jobs.clear();
  // Each looks a few times: at its beginning, and when the other one begins or ends. Else it would be thousands of times.
  const auto trace = catalog.trace();
  EXPECT_LE(std::count(trace.begin(), trace.end(), "find"), 20);
}

TEST_F(HeldVolumes, APersonIsAskedOnlyWhenNoDriveWorksWithTheTape) {
  TapeLibrary shelf{2, 2};
  DevicePool by_hand;
  for (unsigned number = 0; number < 2; ++number)
    by_hand.add(std::make_unique<StorageDevice>(DeviceSettings{.name = fmt::format("Drive{}", number),
                                                               .archive = "/hand",
                                                               .media_type = "File",
                                                               .labels_media = true},
                                                shelf.drive(number)));
  auto& first = *by_hand.devices().at(0);
  auto& second = *by_hand.devices().at(1);
  shelf.put_into_drive(0, 1);
  MountingJob job{.job = "job.1", .session = {1, session_time}, .pool = "Full", .media_type = "File"};
  auto writer = std::make_unique<BlockWriter>(first, job, catalog, log, stamp, clock, stop.get_token());
  writer->open({});
  std::jthread reader([&] {
    ReadSession reading(second, format::parse_bootstrap("Volume=\"V-0001\"\n").value(), "job.2", catalog, log,
                        clock, stop.get_token());
    reading.open();
    reading.release();
  });
  while (log.text().find("Job job.2 waits for Volume \"V-0001\"") == std::string::npos)
    std::this_thread::yield();
  EXPECT_THAT(log.text(), Not(HasSubstr("Please mount")));
  writer->release();
  while (log.text().find("Please mount read Volume \"V-0001\"") == std::string::npos)
    std::this_thread::yield();
  {
    const auto turn = second.take_turn({});
    shelf.put_into_drive(1, shelf.put_into_drive(0, 0));
  }
  second.shared_state().with([](DeviceState& state) { ++state.wakeups; });
}

}  // namespace
}  // namespace holdfast::volumes
