// SPDX-License-Identifier: AGPL-3.0-or-later
// Jobs that read volumes and write others: copies, migrations, virtual fulls; on one Storage Daemon and between two.
#include <fmt/core.h>
#include <gmock/gmock.h>

#include "base/error.h"
#include "testing/storage/fake_peers.h"
#include "testing/transport/memory_stream.h"
#include "volumes/block_reader.h"
#include "volumes/record_reader.h"
#include "wire/client_to_storage.h"

namespace holdfast::storage {
namespace {

using testing::HasSubstr;
using namespace testing_support;

/// The first start of a session of that number on any volume.
class LabelFinder final : public volumes::RecordVisitor {
 public:
  explicit LabelFinder(VolumeSession wanted) : wanted_(wanted) {}
  void record(const format::Record&, const volumes::Block&) override {}
  void label(const format::Record& record, const volumes::Block&) override {
    if (record.session != wanted_ || record.label_type() != format::LabelType::session_start) return;
    if (auto label = format::parse_session_label(record.payload, format::SessionEdge::start)) found = *label;
  }
  std::optional<format::SessionLabel> found;

 private:
  VolumeSession wanted_;
};

std::optional<format::SessionLabel> start_of(StorageWorld& world, VolumeSession session) {
  LabelFinder finder(session);
  for (const auto& [name, medium] : world.shelf.media()) {
    const auto device = world.shelf.open(name, device::Drive::Access::read);
    volumes::BlockReader blocks(*device, volumes::BlockReader::Checksums::checked, {});
    volumes::RecordReader(nullptr).read_volume(blocks, finder);
  }
  return finder.found;
}

std::vector<TestRecord> catalogued(const JobOutcome& outcome) {
  std::vector<TestRecord> records;
  for (const auto& record : outcome.attributes)
    records.push_back({record.file_index, record.stream, std::string(as_text(record.data))});
  return records;
}

struct CopyTest : testing::Test {
  StorageWorld world{4};
  MemoryCatalog catalog;
  FakeDirector director{world, catalog};
  std::uint32_t jobs = 0;

  CopyTest() { world.add_device("DeflateStorage", "FileZ"); }

  JobOutcome back_up(const std::vector<TestRecord>& files) {
    auto outcome = director.back_up(++jobs, [&](FakeClient& client) { client.append(files); });
    EXPECT_TRUE(outcome.is_good()) << outcome.messages;
    return outcome;
  }
  JobOutcome copy(const JobOutcome& from, DeviceUse read = {},
                  DeviceUse write = {"DeflateStorage", "FileZ"}) {
    return director.copy({.job_id = ++jobs,
                          .bootstrap = bootstrap_of(from),
                          .read = std::move(read),
                          .write = std::move(write)});
  }
  std::vector<TestRecord> restore(const JobOutcome& from) {
    std::vector<TestRecord> records;
    const auto outcome =
        director.restore(++jobs, bootstrap_of(from), [&](FakeClient& client) { records = client.read(); });
    EXPECT_TRUE(outcome.is_good()) << outcome.messages;
    return records;
  }
  void expect_healthy() {
    for (const auto& device : world.devices.devices()) EXPECT_FALSE(device->state().is_busy());
    const auto files = some_files(3, 77);
    const auto outcome = copy(back_up(files));
    ASSERT_TRUE(outcome.is_good()) << outcome.messages;
    EXPECT_EQ(restore(outcome), files);
  }
};

TEST_F(CopyTest, KeepsEveryRecord) {
  const auto files = some_files(50, 1, 300'000);
  const auto backup = back_up(files);
  const auto outcome = copy(backup);
  ASSERT_TRUE(outcome.is_good()) << outcome.messages;
  EXPECT_EQ(outcome.end->files, backup.end->files);
  EXPECT_EQ(outcome.end->bytes, backup.end->bytes);
  EXPECT_EQ(catalogued(outcome), catalogued(backup));
  EXPECT_EQ(restore(outcome), files);
  EXPECT_EQ(restore(backup), files);
}

TEST_F(CopyTest, CanReserveBeforeItRuns) {
  const auto files = some_files(5, 1);
  const auto backup = back_up(files);
  world.configuration->storages.front().just_in_time_reservation = false;
  const auto outcome = copy(backup);
  ASSERT_TRUE(outcome.is_good()) << outcome.messages;
  EXPECT_EQ(restore(outcome), files);
}

TEST_F(CopyTest, PassesAnotherOneThatCopiesTheOtherWay) {
  world.add_device("Second", "File");
  const auto files = some_files(20, 1, 50'000);
  const auto here = back_up(files);
  const auto there = back_up(files);
  std::vector<JobOutcome> outcomes(2);
  {
    const std::jthread one_way([&] {
      outcomes[0] = director.copy({.job_id = 901,
                                   .bootstrap = bootstrap_of(here),
                                   .read = {"FileStorage", "File"},
                                   .write = {"Second", "File"}});
    });
    const std::jthread other_way([&] {
      outcomes[1] = director.copy({.job_id = 902,
                                   .bootstrap = bootstrap_of(there),
                                   .read = {"Second", "File"},
                                   .write = {"FileStorage", "File"}});
    });
  }
  for (const auto& outcome : outcomes) {
    EXPECT_TRUE(outcome.is_good()) << outcome.messages;
    EXPECT_EQ(restore(outcome), files);
  }
}

TEST_F(CopyTest, BelongsToTheJobItComesFrom) {
  director.adjust = [](wire::StorageJobCommand& command) {
    command.level = JobLevel::incremental;
    command.file_set = "Etc";
    command.file_set_digest = "abc";
  };
  const auto backup = back_up(some_files(2, 1));
  director.adjust = {};
  const auto outcome = copy(backup);
  const auto original = start_of(world, backup.session);
  const auto copied = start_of(world, outcome.session);
  ASSERT_TRUE(original && copied);
  auto expected = *original;
  expected.job_id = JobId(jobs);
  EXPECT_EQ(*copied, expected);
}

TEST_F(CopyTest, OfAVirtualFullIsAJobOfItsOwn) {
  const auto backup = back_up(some_files(2, 1));
  const auto outcome = director.copy({.job_id = ++jobs,
                                      .bootstrap = bootstrap_of(backup),
                                      .type = JobType::backup,
                                      .level = JobLevel::virtual_full});
  ASSERT_TRUE(outcome.is_good()) << outcome.messages;
  const auto label = start_of(world, outcome.session);
  ASSERT_TRUE(label);
  EXPECT_EQ(label->job_name, "copy");
  EXPECT_EQ(label->level, 'F') << "that of the first job read";
}

TEST_F(CopyTest, NumbersTheFilesOfAVirtualFullAnew) {
  const auto first = back_up(some_files(10, 1));
  const auto second = back_up(some_files(4, 2));
  auto bootstrap = bootstrap_of(first);
  const auto all = bootstrap.find("FileIndex=1-10");
  ASSERT_NE(all, std::string::npos);
  bootstrap.replace(all, 14, "FileIndex=2-3\nFileIndex=7-7");
  const auto outcome = director.copy({.job_id = ++jobs,
                                      .bootstrap = bootstrap + bootstrap_of(second),
                                      .type = JobType::backup,
                                      .level = JobLevel::virtual_full});
  ASSERT_TRUE(outcome.is_good()) << outcome.messages;
  EXPECT_EQ(outcome.end->files, 7U);
  std::vector<TestRecord> expected;
  std::int32_t number = 0, last = 0;
  const auto take = [&](std::vector<TestRecord> files, auto&& is_wanted) {
    for (auto& record : files) {
      if (!is_wanted(record.file_index)) continue;
      if (record.file_index != std::exchange(last, record.file_index)) ++number;
      record.file_index = number;
      expected.push_back(record);
    }
    last = 0;
  };
  take(some_files(10, 1), [](int index) { return index == 2 || index == 3 || index == 7; });
  take(some_files(4, 2), [](int) { return true; });
  EXPECT_EQ(restore(outcome), expected);
}

TEST_F(CopyTest, NeverAppendsToAVolumeItReads) {
  const auto outcome = copy(back_up(some_files(5, 1)));
  ASSERT_TRUE(outcome.is_good()) << outcome.messages;
  for (const auto& stored : outcome.media) EXPECT_NE(stored.media, MediaId(1));
}

TEST_F(CopyTest, SaysThatItNeedsASecondDevice) {
  const auto outcome = copy(back_up(some_files(5, 1)), {}, {});
  ASSERT_TRUE(outcome.end);
  EXPECT_EQ(outcome.end->status, JobStatus::fatal);
  EXPECT_THAT(outcome.messages,
              HasSubstr("It reads from \"FileStorage\" (/srv/demo/vols) and needs another"));
  expect_healthy();
}

TEST_F(CopyTest, GoesOnToTheNextVolume) {
  catalog.set_max_bytes(3'000'000);
  const auto files = some_files(100, 4, 150'000);
  const auto outcome = copy(back_up(files));
  ASSERT_TRUE(outcome.is_good()) << outcome.messages;
  EXPECT_GT(outcome.media.size(), 2U);
  EXPECT_EQ(restore(outcome), files);
}

TEST_F(CopyTest, ReadsFromSeveralKindsOfMedia) {
  world.add_device("ThirdStorage", "Other");
  const auto backup = back_up(some_files(5, 1));
  const auto moved = copy(back_up(some_files(5, 2)));
  auto second = bootstrap_of(moved);
  for (auto at = second.find("\"File\""); at != std::string::npos; at = second.find("\"File\"", at))
    second.replace(at, 6, "\"FileZ\"");
  const auto outcome = director.copy({.job_id = ++jobs,
                                      .bootstrap = bootstrap_of(backup) + second,
                                      .type = JobType::backup,
                                      .level = JobLevel::virtual_full,
                                      .write = {"ThirdStorage", "Other"}});
  ASSERT_TRUE(outcome.is_good()) << outcome.messages;
  EXPECT_EQ(outcome.end->files, 10U);
  EXPECT_THAT(outcome.messages, HasSubstr("Changing read device. Want Media Type=\"FileZ\""));
}

TEST_F(CopyTest, SaysWhenItWouldHaveToReadFromTheDeviceItWritesTo) {
  const auto backup = back_up(some_files(5, 1));
  auto second = bootstrap_of(copy(back_up(some_files(5, 2))));
  for (auto at = second.find("\"File\""); at != std::string::npos; at = second.find("\"File\"", at))
    second.replace(at, 6, "\"FileZ\"");
  const auto outcome = director.copy({.job_id = ++jobs,
                                      .bootstrap = bootstrap_of(backup) + second,
                                      .type = JobType::backup,
                                      .level = JobLevel::virtual_full});
  ASSERT_TRUE(outcome.end);
  EXPECT_EQ(outcome.end->status, JobStatus::fatal);
  EXPECT_THAT(outcome.messages,
              HasSubstr("The only one, \"DeflateStorage\" (/srv/demo/vols), is written to"));
  expect_healthy();
}

TEST_F(CopyTest, EndsAtADamagedBlock) {
  const auto backup = back_up(some_files(50, 1, 100'000));
  auto& contents = world.shelf.medium("V-0001").contents;
  contents[contents.size() / 2] ^= std::byte{1};
  const auto outcome = copy(backup);
  EXPECT_FALSE(outcome.is_good());
  EXPECT_THAT(outcome.messages, HasSubstr("Block checksum mismatch"));
  contents[contents.size() / 2] ^= std::byte{1};
  expect_healthy();
}

TEST_F(CopyTest, SurvivesADirectorThatHangsUpAtAnyRequest) {
  const auto backup = back_up(some_files(3, 1));
  for (int at = 0; at < 11; ++at) {
    director.interference = [&](int request, transport::Channel& channel) {
      if (request == at) channel.close();
    };
    EXPECT_FALSE(copy(backup).end) << at;
    director.interference = {};
    expect_healthy();
  }
}

TEST_F(CopyTest, FailsWhereTheDeviceWrittenToBreaksAndGoesOnAfterwards) {
  const auto backup = back_up(some_files(20, 1, 200'000));
  for (int fail_at = 0;; ++fail_at) {
    world.other_faults = {.fail_at = fail_at};
    const auto outcome = copy(backup);
    const bool fired = world.other_faults.fired();
    world.other_faults = {};
    EXPECT_TRUE(outcome.is_good() != fired) << fail_at << outcome.messages;
    for (auto& record : catalog.records())
      if (record.status == "Full" || record.status == "Error") record.status = "Append";
    expect_healthy();
    if (!fired) break;
  }
}

// The device breaks, and then the machine loses power: what the catalog was told of can be read, and the source all the
// more.
TEST_F(CopyTest, LeavesWhatTheCatalogKnowsReadableWhateverHappens) {
  const auto files = some_files(30, 1, 200'000);
  const auto backup = back_up(files);
  for (int fail_at = 0;; ++fail_at) {
    world.other_faults = {.fail_at = fail_at};
    const auto outcome = copy(backup);
    const bool fired = world.other_faults.fired();
    world.other_faults = {};
    world.shelf.lose_power();
    EXPECT_EQ(restore(backup), files) << fail_at;
    if (!outcome.media.empty()) {
      const auto records = restore(outcome);
      ASSERT_LE(records.size(), files.size());
      EXPECT_TRUE(std::equal(records.begin(), records.end(), files.begin())) << fail_at;
      EXPECT_EQ(records.size() == files.size(), !fired) << fail_at;
    }
    // What was written without being told of is cut off, or the volume is left alone.
    for (auto& record : catalog.records())
      if (record.name != "V-0001") record.status = "Error";
    if (!fired) break;
  }
}

/// A second Storage Daemon, to which the first one connects.
struct ReplicationTest : CopyTest {
  StorageWorld writing_world;
  MemoryCatalog writing_catalog;
  FakeDirector writing_director{writing_world, writing_catalog};
  std::string writing_job;
  JobOutcome written;

  ReplicationTest() {
    world.context->connect = [this](const transport::Introduction& who, const auto&, std::stop_token) {
      auto [ours, theirs] = transport::memory_pair();
      writing_world.bring_client(who.job, std::make_unique<transport::Channel>(std::move(theirs)));
      transport::Connected connected;
      connected.channel = std::make_unique<transport::Channel>(std::move(ours));
      return connected;
    };
  }

  JobOutcome replicate(const JobOutcome& backup) {
    JobOutcome read;
    std::jthread reading;
    written = writing_director.listen(++jobs, [&](const std::string& job, const std::string& key) {
      writing_job = job;
      reading = std::jthread(
          [&, key] { read = director.replicate(++jobs, bootstrap_of(backup), writing_job, key); });
    });
    if (reading.joinable()) reading.join();
    return read;
  }
  std::vector<TestRecord> restore_written() {
    std::vector<TestRecord> records;
    const auto outcome = writing_director.restore(++jobs, bootstrap_of(written),
                                                  [&](FakeClient& client) { records = client.read(); });
    EXPECT_TRUE(outcome.is_good()) << outcome.messages;
    return records;
  }
};

TEST_F(ReplicationTest, KeepsEveryRecord) {
  const auto files = some_files(50, 1, 300'000);
  const auto backup = back_up(files);
  const auto read = replicate(backup);
  ASSERT_TRUE(read.is_good()) << read.messages;
  ASSERT_TRUE(written.is_good()) << written.messages;
  EXPECT_EQ(written.end->files, backup.end->files);
  EXPECT_EQ(written.end->bytes, backup.end->bytes);
  EXPECT_EQ(read.end->files, backup.end->files);
  EXPECT_EQ(read.end->bytes, backup.end->bytes);
  EXPECT_EQ(catalogued(written), catalogued(backup));
  EXPECT_EQ(restore_written(), files);
}

TEST_F(ReplicationTest, FailsOnBothSidesAtADamagedBlock) {
  const auto backup = back_up(some_files(50, 1, 100'000));
  auto& contents = world.shelf.medium("V-0001").contents;
  contents[contents.size() / 2] ^= std::byte{1};
  const auto read = replicate(backup);
  EXPECT_FALSE(read.is_good());
  EXPECT_THAT(read.messages, HasSubstr("Block checksum mismatch"));
  ASSERT_TRUE(written.end);
  EXPECT_EQ(written.end->status, JobStatus::fatal);
  EXPECT_THAT(written.messages, HasSubstr("Fatal error: "));
  contents[contents.size() / 2] ^= std::byte{1};
  expect_healthy();
}

TEST_F(ReplicationTest, FailsOnBothSidesWhereTheWriterBreaks) {
  const auto backup = back_up(some_files(50, 1, 100'000));
  writing_catalog.set_max_volumes(0);
  writing_director.interference = [](int, transport::Channel& channel) { channel.close(); };
  const auto read = replicate(backup);
  EXPECT_FALSE(read.is_good());
  EXPECT_FALSE(written.is_good());
  EXPECT_FALSE(writing_world.devices.devices().front()->state().is_busy());
  expect_healthy();
}

TEST_F(ReplicationTest, SaysWhenTheWriterCannotBeReached) {
  world.context->connect = [](const auto&, const auto&, std::stop_token) -> transport::Connected {
    throw Error(ErrorKind::network, "no route");
  };
  const auto read = director.replicate(++jobs, bootstrap_of(back_up(some_files(3, 1))), "job.1", "key");
  EXPECT_FALSE(read.end);
  EXPECT_THAT(read.messages, HasSubstr("Failed to connect to Storage daemon: writer:9103: no route"));
  expect_healthy();
}

struct BadReader {
  const char* name;
  void (*part)(FakeClient&);
  const char* complaint;
};

class BadReaderTest : public ReplicationTest, public testing::WithParamInterface<BadReader> {};

TEST_P(BadReaderTest, FailsTheJobAndNothingElse) {
  const auto outcome = writing_director.back_up(++jobs, [](FakeClient& reader) { GetParam().part(reader); });
  EXPECT_FALSE(outcome.is_good());
  EXPECT_THAT(outcome.messages, HasSubstr(GetParam().complaint));
  EXPECT_FALSE(writing_world.devices.devices().front()->state().is_busy());
}

const BadReader bad_readers[] = {
    {"SendsDataWithoutStarting",
     [](FakeClient& reader) {
       reader.channel().send("replicate data 1\n");
       reader.receive();
     },
     "ended its session too early"},
    {"StartsTwice",
     [](FakeClient& reader) {
       reader.channel().send(wire::start_replicate);
       reader.receive();
       reader.channel().send(wire::start_replicate);
       reader.receive();
     },
     "ended its session too early"},
    {"DoesNotEnd",
     [](FakeClient& reader) {
       reader.channel().send(wire::start_replicate);
       reader.receive();
       reader.channel().send("replicate data 1\n");
       reader.receive();
       reader.send(some_files(3, 1));
       reader.channel().send(wire::Signal::end_of_data);
       reader.receive();
       reader.channel().send(wire::Signal::terminate);
       reader.channel().flush();
     },
     "ended its session too early"},
    {"SkipsAFile",
     [](FakeClient& reader) {
       reader.channel().send(wire::start_replicate);
       reader.receive();
       reader.channel().send("replicate data 1\n");
       reader.receive();
       reader.send({{1, 1, "a"}, {3, 1, "b"}});
       reader.receive();
     },
     "not positive or sequential=1"},
};

INSTANTIATE_TEST_SUITE_P(Readers, BadReaderTest, testing::ValuesIn(bad_readers),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace holdfast::storage
