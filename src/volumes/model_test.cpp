// SPDX-License-Identifier: AGPL-3.0-or-later
// Random steps of three jobs on two devices against a plain model: which session holds which records.
#include <gmock/gmock.h>

#include <random>
#include <set>

#include "base/error.h"
#include "os/system_clock.h"
#include "testing/device/forwarding_drive.h"
#include "testing/device/memory_device.h"
#include "testing/volumes/job_catalog.h"
#include "testing/volumes/memory_spool.h"
#include "testing/volumes/volume_world.h"
#include "volumes/append_session.h"
#include "volumes/data_spool.h"
#include "volumes/reservation.h"
#include "volumes/volume_label.h"

namespace holdfast::volumes {
namespace {

using namespace testing_support;
using Records = std::vector<TestRecord>;

constexpr std::uint32_t session_time = 1700000000;

/// What both devices and all jobs share.
struct Library {
  MemoryDrive shelf;
  MemoryCatalog catalog;
  MemoryLog log;
  os::SystemClock clock;
  LabelStamp stamp{.program = "model", .host = "host1"};
  std::unique_ptr<DevicePool> devices;

  explicit Library(unsigned seed) : random(seed) {
    catalog.set_max_bytes(150'000);
    catalog.set_max_volumes(SIZE_MAX);
    restart();
  }
  void restart() {
    devices = std::make_unique<DevicePool>();
    for (const char* name : {"One", "Two"}) {
      devices->add(std::make_unique<StorageDevice>(DeviceSettings{.name = name,
                                                                  .archive = "/memory",
                                                                  .media_type = "File",
                                                                  .labels_media = true,
                                                                  .max_concurrent_jobs = 2,
                                                                  .max_block_size = 4096,
                                                                  .max_file_size = 30'000,
                                                                  .max_spool_size = 100'000},
                                                   std::make_unique<ForwardingDrive>(shelf)));
    }
  }

  unsigned below(unsigned limit) { return static_cast<unsigned>(random() % limit); }
  std::mt19937 random;
};

/// A job that was started and did not end yet.
class RunningJob {
 public:
  RunningJob(Library& library, std::uint32_t number)
      : library_(library), catalog_(library.catalog), session_{number, session_time} {
    AppendJob job;
    job.mounting = {
        .job = fmt::format("job.{}", number), .session = session_, .pool = "Full", .media_type = "File"};
    job.label.job_id = JobId(number);
    job.label.job = job.mounting.job;
    job.label.pool = "Full";
    ReservationRequest request;
    request.job_id = JobId(number);
    request.job = job.mounting.job;
    request.media_type = "File";
    request.pool = "Full";
    request.devices = library.below(2) == 0 ? std::vector<std::string>{"One", "Two"}
                                            : std::vector<std::string>{"Two", "One"};
    request.prefers_mounted_volumes = library.below(2) == 0;
    auto reservation = library.devices->reserve(request, catalog_, {}, {});
    device_ = &reservation->device();
    writer_ = std::make_unique<BlockWriter>(*device_, job.mounting, catalog_, library.log, library.stamp,
                                            library.clock, stop_.get_token());
    writer_->open(reservation->volume());
    reservation->release();
    if (library.below(3) == 0) spool_over(1000 + library.below(60'000));
    BlockSink& sink = spool_ ? static_cast<BlockSink&>(*spool_) : *writer_;
    appending_ = std::make_unique<AppendSession>(sink, job, attributes_, library.clock, stop_.get_token());
  }

  void append() {
    const auto data = std::string(library_.below(9000), static_cast<char>(library_.random()));
    if (records_.empty() || library_.below(3) == 0) ++files_;
    records_.push_back({files_, 2, data});
    appending_->record(files_, 2, as_bytes(data));
  }

  void finish() {
    appending_->close(JobStatus::terminated, 0);
    if (spool_) spool_->commit();
    leave();
  }

  void cancel() {
    stop_.request_stop();
    leave();
  }

  VolumeSession session() const { return session_; }
  const Records& records() const { return records_; }
  const std::vector<StoredJobMedia> media() const { return catalog_.stored(); }
  /// Whether the catalog would let nobody recycle it.
  bool protects(MediaId volume) const { return catalog_.has_touched(volume); }

 private:
  void spool_over(std::uint64_t limit) {
    disk_.capacity = 20'000 + library_.below(80'000);
    spool_ = std::make_unique<DataSpool>(
        *writer_, *device_,
        SpoolOrder{.store = std::make_unique<MemorySpool>(disk_), .job_limit = limit, .counters = &counters_},
        library_.log, library_.clock, stop_.get_token());
  }

  void leave() {
    appending_.reset();
    spool_.reset();
    writer_->release();
    writer_.reset();
  }

  Library& library_;
  JobCatalog catalog_;
  VolumeSession session_;
  std::stop_source stop_;
  StorageDevice* device_ = nullptr;
  MemorySpool::Disk disk_;
  SpoolCounters counters_;
  MemoryAttributes attributes_;
  Records records_;
  std::int32_t files_ = 0;
  std::unique_ptr<BlockWriter> writer_;
  std::unique_ptr<DataSpool> spool_;
  std::unique_ptr<AppendSession> appending_;
};

class Model {
 public:
  explicit Model(unsigned seed) : library_(seed) {}

  void step() {
    const auto choice = library_.below(100);
    if (choice < 12) return start();
    if (choice < 72) return append();
    if (choice < 84) return finish();
    if (choice < 87) return cancel();
    if (choice < 96) return read();
    if (choice < 98) return recycle();
    if (choice < 99) return label();
    restart();
  }

  void end() {
    while (!jobs_.empty()) finish();
    for (const auto& [session, job] : whole_) expect_readable(session, job);
  }
  std::size_t sessions_read = 0;

 private:
  struct Written {
    Records records;
    std::vector<StoredJobMedia> media;
  };

  void start() {
    if (jobs_.size() < 3) jobs_.push_back(std::make_unique<RunningJob>(library_, ++sessions_));
  }

  void append() {
    if (!jobs_.empty()) any_job()->append();
  }

  void finish() {
    if (jobs_.empty()) return;
    auto& job = any_job();
    job->finish();
    whole_[job->session()] = {job->records(), job->media()};
    drop(job);
  }

  void cancel() {
    if (jobs_.empty()) return;
    auto& job = any_job();
    job->cancel();
    cut_[job->session()] = {job->records(), job->media()};
    drop(job);
  }

  void drop(std::unique_ptr<RunningJob>& job) { jobs_.erase(jobs_.begin() + (&job - jobs_.data())); }

  std::unique_ptr<RunningJob>& any_job() {
    return jobs_[library_.below(static_cast<unsigned>(jobs_.size()))];
  }

  /// Another job may be appending to the volume of a session: then it is read another time.
  bool can_be_read_now(const Written& written) {
    return std::all_of(written.media.begin(), written.media.end(), [&](const StoredJobMedia& stored) {
      return jobs_.empty() || library_.catalog.status_of(stored.media) == "Full";
    });
  }

  StorageDevice* idle_device() {
    for (const auto& device : library_.devices->devices())
      if (!device->state().is_busy()) return device.get();
    return nullptr;
  }

  void read() {
    for (auto* sessions : {&whole_, &cut_}) {
      if (sessions->empty()) continue;
      const auto chosen =
          std::next(sessions->begin(), library_.below(static_cast<unsigned>(sessions->size())));
      if (idle_device() == nullptr || !can_be_read_now(chosen->second)) continue;
      if (sessions == &whole_)
        expect_readable(chosen->first, chosen->second);
      else
        expect_front_part(chosen->first, chosen->second);
    }
  }

  Records records_of(VolumeSession session, const Written& written) {
    struct Collector final : RecordVisitor {
      void record(const format::Record& record, const Block&) override {
        records.push_back({record.file_index, record.stream, std::string(as_text(record.payload))});
      }
      Records records;
    } collector;
    auto bootstrap = format::parse_bootstrap(bootstrap_text(session, written.media)).value();
    if (bootstrap.sections.empty()) return {};
    ReadSession reading(*idle_device(), std::move(bootstrap), "restore", library_.catalog, library_.log,
                        library_.clock, {});
    reading.open();
    reading.read_all(collector);
    reading.release();
    ++sessions_read;
    return std::move(collector.records);
  }

  void expect_readable(VolumeSession session, const Written& written) {
    ASSERT_EQ(records_of(session, written), written.records) << "session " << session.id;
  }
  void expect_front_part(VolumeSession session, const Written& written) {
    const auto found = records_of(session, written);
    ASSERT_LE(found.size(), written.records.size()) << "session " << session.id;
    ASSERT_TRUE(std::equal(found.begin(), found.end(), written.records.begin())) << "session " << session.id;
  }

  /// As a Director does when the retention of all jobs on a volume is over.
  void recycle() {
    const auto volume = library_.catalog.recycle_one(library_.random(), [&](MediaId candidate) {
      return std::none_of(jobs_.begin(), jobs_.end(),
                          [&](const auto& job) { return job->protects(candidate); });
    });
    if (!volume) return;
    for (auto* sessions : {&whole_, &cut_}) {
      std::erase_if(*sessions, [&](const auto& entry) {
        return std::any_of(entry.second.media.begin(), entry.second.media.end(),
                           [&](const StoredJobMedia& stored) { return stored.media == *volume; });
      });
    }
  }

  /// As the console's label command does.
  void label() {
    if (!jobs_.empty()) return;
    auto record = library_.catalog.add_volume();
    auto& device = *library_.devices->devices().front();
    auto turn = device.take_turn({});
    const auto medium = turn.drive().create(record.name);
    record.bytes =
        *write_label(*medium, new_label(library_.stamp, library_.clock, record.name, "Full", "File"), {});
    record.status = "Append";
    library_.catalog.update_media(record, VolumeCatalog::Relabelled::yes, 0);
  }

  /// Another daemon, behind a power cut: what was told to the catalog is durable.
  void restart() {
    if (!jobs_.empty()) return;
    library_.devices.reset();
    library_.shelf.lose_power();
    library_.restart();
  }

  Library library_;
  std::vector<std::unique_ptr<RunningJob>> jobs_;
  std::map<VolumeSession, Written> whole_;
  std::map<VolumeSession, Written> cut_;
  std::uint32_t sessions_ = 0;
};

TEST(VolumeModel, HoldsOverRandomStepsOfThreeJobsOnTwoDevices) {
  constexpr unsigned steps_of_a_seed = 10'000;
  for (unsigned seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    Model model(seed);
    for (unsigned step = 0; step < steps_of_a_seed; ++step) {
      SCOPED_TRACE(fmt::format("step {}", step));
      model.step();
      if (::testing::Test::HasFatalFailure()) return;
    }
    model.end();
    EXPECT_GT(model.sessions_read, 300U);
  }
}

}  // namespace
}  // namespace holdfast::volumes
