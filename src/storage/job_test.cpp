// SPDX-License-Identifier: AGPL-3.0-or-later
// Whole jobs between a Director, a client and our Storage Daemon, all in one process.
#include <fmt/core.h>
#include <gmock/gmock.h>

#include "base/error.h"
#include "testing/storage/fake_peers.h"
#include "testing/transport/memory_stream.h"
#include "wire/client_to_storage.h"

namespace holdfast::storage {
namespace {

using testing::HasSubstr;
using namespace testing_support;

struct JobTest : testing::Test {
  StorageWorld world{4};
  MemoryCatalog catalog;
  FakeDirector director{world, catalog};
  std::uint32_t jobs = 0;

  JobOutcome back_up(const std::vector<TestRecord>& files) {
    return director.back_up(++jobs, [&](FakeClient& client) { client.append(files); });
  }
  std::vector<TestRecord> restore(const JobOutcome& from) {
    std::vector<TestRecord> records;
    const auto outcome =
        director.restore(++jobs, bootstrap_of(from), [&](FakeClient& client) { records = client.read(); });
    EXPECT_TRUE(outcome.is_good()) << outcome.messages;
    return records;
  }
  /// Whatever happened: the device is free and the next job goes through.
  void expect_healthy() {
    const auto state = world.devices.devices().front()->state();
    EXPECT_FALSE(state.is_busy());
    const auto files = some_files(3, 77);
    const auto outcome = back_up(files);
    ASSERT_TRUE(outcome.is_good()) << outcome.messages;
    EXPECT_EQ(restore(outcome), files);
  }
};

TEST_F(JobTest, BringsBackWhatWasSent) {
  const auto files = some_files(50, 1, 100'000);
  const auto outcome = back_up(files);
  ASSERT_TRUE(outcome.is_good()) << outcome.messages;
  EXPECT_EQ(outcome.end->files, 50U);
  EXPECT_EQ(restore(outcome), files);
}

TEST_F(JobTest, PassesAttributesAndDigestsToTheCatalogInOrder) {
  const auto files = some_files(30, 2, 200'000);
  const auto outcome = back_up(files);
  std::vector<TestRecord> expected;
  for (const auto& file : files) {
    if (file.stream != 2) expected.push_back(file);
  }
  std::vector<TestRecord> found;
  for (const auto& record : outcome.attributes) {
    found.push_back({record.file_index, record.stream, std::string(as_text(record.data))});
  }
  EXPECT_EQ(found, expected);
}

TEST_F(JobTest, ProvesWhatItWroteToADirectorThatTakesIt) {
  const auto files = some_files(30, 2, 200'000);
  EXPECT_FALSE(back_up(files).proof);
  director.speaks_extensions = true;
  const auto outcome = back_up(files);
  stream::RecordTally tally;
  for (const auto& file : files) tally.add(file.file_index, file.stream, as_bytes(file.payload));
  const auto counts = tally.finish();
  ASSERT_TRUE(outcome.proof);
  EXPECT_EQ(outcome.proof->job, "job.2");
  EXPECT_EQ(outcome.proof->files, 30U);
  EXPECT_EQ(outcome.proof->records, files.size());
  EXPECT_EQ(outcome.proof->bytes, counts.bytes);
  EXPECT_EQ(outcome.proof->digest, counts.digest);
}

TEST_F(JobTest, KeepsInterleavedJobsApart) {
  constexpr unsigned count = 3;
  std::vector<JobOutcome> outcomes(count);
  {
    std::vector<std::jthread> running;
    for (unsigned i = 0; i < count; ++i) {
      running.emplace_back([&, i] {
        outcomes[i] =
            director.back_up(100 + i, [&](FakeClient& client) { client.append(some_files(60, i, 150'000)); });
      });
    }
  }
  for (unsigned i = 0; i < count; ++i) {
    ASSERT_TRUE(outcomes[i].is_good()) << outcomes[i].messages;
    EXPECT_EQ(restore(outcomes[i]), some_files(60, i, 150'000));
  }
}

TEST_F(JobTest, GoesOnToTheNextVolume) {
  catalog.set_max_bytes(3'000'000);
  const auto files = some_files(100, 4, 150'000);
  const auto outcome = back_up(files);
  ASSERT_TRUE(outcome.is_good()) << outcome.messages;
  EXPECT_GT(outcome.media.size(), 2U);
  EXPECT_EQ(restore(outcome), files);
}

TEST_F(JobTest, WithoutDataTouchesNoDevice) {
  const auto outcome = back_up({});
  EXPECT_TRUE(outcome.is_good()) << outcome.messages;
  EXPECT_THAT(outcome.messages, HasSubstr("Because no backup data was received, no device was reserved."));
  EXPECT_TRUE(world.shelf.media().empty());
}

TEST_F(JobTest, ShowsItsClientThatItWaits) {
  world.configuration->storages.front().heartbeat_interval = std::chrono::seconds(60);
  auto& device = *world.devices.find("FileStorage");
  device.shared_state().with([](volumes::DeviceState& state) { ++state.readers; });
  transport::Received heard;
  const auto outcome = director.back_up(++jobs, [&](FakeClient& client) {
    client.begin_append();
    client.send(some_files(1, 1));
    client.channel().flush();
    heard = client.channel().receive();
    device.shared_state().with([](volumes::DeviceState& state) { --state.readers; });
    device.note_release();
    client.end_append();
  });
  EXPECT_TRUE(outcome.is_good()) << outcome.messages;
  ASSERT_TRUE(std::holds_alternative<wire::Signal>(heard));
  EXPECT_EQ(std::get<wire::Signal>(heard), wire::Signal::heartbeat);
}

TEST_F(JobTest, SpoolsAttributesUntilTheEnd) {
  world.configuration->storages.front().working_directory = testing::TempDir();
  director.adjust = [](wire::StorageJobCommand& command) { command.spool_attributes = true; };
  const auto files = some_files(5, 3);
  const auto outcome = back_up(files);
  EXPECT_TRUE(outcome.is_good()) << outcome.messages;
  EXPECT_THAT(outcome.messages, HasSubstr("Sending spooled attrs to the Director."));
  EXPECT_EQ(outcome.attributes.size(), 10U);
}

TEST_F(JobTest, SpoolsDataUpToTheLimitOfTheJob) {
  world.configuration->storages.front().working_directory = testing::TempDir();
  director.adjust = [](wire::StorageJobCommand& command) {
    if (command.type == JobType::restore) return;
    command.spool_data = true;
    command.spool_size = 2'000'000;
  };
  const auto files = some_files(60, 3, 150'000);
  const auto outcome = back_up(files);
  ASSERT_TRUE(outcome.is_good()) << outcome.messages;
  EXPECT_THAT(outcome.messages, HasSubstr("User specified Job spool size reached: "));
  EXPECT_THAT(outcome.messages, HasSubstr("Committing spooled data to Volume \"V-0001\"."));
  EXPECT_EQ(outcome.attributes.size(), 120U);
  EXPECT_EQ(restore(outcome), files);
}

TEST_F(JobTest, TellsTheCatalogHowFarItIsAtCheckpoints) {
  world.configuration->storages.front().checkpoint_interval = std::chrono::seconds(3600);
  catalog.set_max_bytes(3'000'000);
  const auto files = some_files(100, 4, 150'000);
  const auto outcome = back_up(files);
  ASSERT_TRUE(outcome.is_good()) << outcome.messages;
  EXPECT_THAT(outcome.messages, HasSubstr("Volume changed, doing checkpoint:\n"));
  EXPECT_EQ(restore(outcome), files);
}

TEST_F(JobTest, ThrowsTheSpoolAwayWhenTheClientFails) {
  world.configuration->storages.front().working_directory = testing::TempDir();
  director.adjust = [](wire::StorageJobCommand& command) { command.spool_data = true; };
  const auto outcome = director.back_up(++jobs, [](FakeClient& client) {
    client.begin_append();
    client.send(some_files(30, 5, 100'000));
  });
  EXPECT_FALSE(outcome.is_good());
  EXPECT_TRUE(outcome.attributes.empty());
  EXPECT_TRUE(outcome.media.empty());
  EXPECT_EQ(world.jobs.data_spooling().counts().active, 0U);
  director.adjust = {};
  expect_healthy();
}

TEST_F(JobTest, SendsNoAttributesForAPoolWithoutFilesInTheCatalog) {
  director.adjust = [](wire::StorageJobCommand& command) { command.no_attributes = true; };
  const auto outcome = back_up(some_files(5, 3));
  EXPECT_TRUE(outcome.is_good()) << outcome.messages;
  EXPECT_TRUE(outcome.attributes.empty());
}

TEST_F(JobTest, EndsWhenTheQuotaIsExceeded) {
  director.adjust = [](wire::StorageJobCommand& command) { command.quota = 10'000; };
  const auto outcome = back_up(some_files(5, 3, 20'000));
  EXPECT_FALSE(outcome.is_good());
  EXPECT_THAT(outcome.messages, HasSubstr("Quota Exceeded. Job Terminated."));
  director.adjust = {};
  expect_healthy();
}

TEST_F(JobTest, DoesNotCopyWithoutADeviceToReadFrom) {
  director.adjust = [](wire::StorageJobCommand& command) { command.type = JobType::copy; };
  const auto outcome = back_up({});
  ASSERT_TRUE(outcome.end);
  EXPECT_EQ(outcome.end->status, JobStatus::fatal);
  EXPECT_THAT(outcome.messages, HasSubstr("needs one device to read from and one to write to"));
}

struct BadClient {
  const char* name;
  void (*part)(FakeClient&);
  const char* complaint;
};

class BadClientTest : public JobTest, public testing::WithParamInterface<BadClient> {};

TEST_P(BadClientTest, FailsTheJobAndNothingElse) {
  const auto outcome = director.back_up(++jobs, [](FakeClient& client) { GetParam().part(client); });
  EXPECT_FALSE(outcome.is_good());
  EXPECT_THAT(outcome.messages, HasSubstr(GetParam().complaint));
  expect_healthy();
}

const BadClient bad_clients[] = {
    {"HangsUpAtOnce", [](FakeClient&) {}, "ended its session too early"},
    {"HangsUpAfterOpening", [](FakeClient& client) { client.begin_append(); }, "hung up"},
    {"HangsUpInsideAFile",
     [](FakeClient& client) {
       client.begin_append();
       client.channel().send("1 1 0");
       client.channel().send("attributes");
       client.channel().flush();
     },
     "hung up"},
    {"HangsUpBehindAFile",
     [](FakeClient& client) {
       client.begin_append();
       client.send(some_files(3, 1));
       client.channel().flush();
     },
     "hung up"},
    {"DoesNotCloseItsSession",
     [](FakeClient& client) {
       client.begin_append();
       client.send(some_files(3, 1));
       client.channel().send(wire::Signal::end_of_data);
       client.receive();
     },
     "ended its session too early"},
    {"SkipsAFileIndex",
     [](FakeClient& client) {
       client.begin_append();
       client.send({{1, 1, "a"}, {3, 1, "b"}});
       client.receive();
     },
     "FileIndex=3 from FD not positive or sequential=1"},
    {"GoesBack",
     [](FakeClient& client) {
       client.begin_append();
       client.send({{1, 1, "a"}, {2, 1, "b"}, {1, 2, "c"}});
       client.receive();
     },
     "FileIndex=1 from FD not positive or sequential=2"},
    {"StartsWithNothing",
     [](FakeClient& client) {
       client.begin_append();
       client.send({{0, 1, "a"}});
       client.receive();
     },
     "FileIndex=0 from FD not positive"},
    {"SendsGarbageForAHeader",
     [](FakeClient& client) {
       client.begin_append();
       client.channel().send("garbage");
       client.receive();
     },
     "FileIndex=0 from FD not positive"},
    {"SendsAnOversizedRecord",
     [](FakeClient& client) {
       client.begin_append();
       client.channel().send("1 2 0");
       const std::string too_long(999'996, 'x');
       // The channel cuts at that length, so what is longer must come past it.
       std::string packet = {'\0', '\x0f', '\x42', '\x3d'};
       packet += too_long + "x";
       client.channel().flush();
       client.channel().stream().write(as_bytes(packet));
       client.receive();
     },
     "it could not be restored"},
    {"SendsASignalInsideAFile",
     [](FakeClient& client) {
       client.begin_append();
       client.channel().send("1 1 0");
       client.channel().send(wire::Signal::poll);
       client.receive();
     },
     "unexpected signal"},
    {"SpeaksAnotherLanguage",
     [](FakeClient& client) {
       client.channel().send("Good morning\n");
       client.receive();
     },
     "ended its session too early"},
    {"ReadsWhereItShallAppend",
     [](FakeClient& client) {
       client.channel().send("read open session = DummyVolume 1 1 0 0 0 0\n");
       client.receive();
     },
     "ended its session too early"},
    {"SendsDataWithoutOpening",
     [](FakeClient& client) {
       client.channel().send("append data 1\n");
       client.receive();
     },
     "ended its session too early"},
};

void send_data_twice(FakeClient& client) {
  client.begin_append();
  client.send(some_files(1, 1));
  client.channel().send(wire::Signal::end_of_data);
  client.receive();
  client.channel().send("append data 1\n");
  client.receive();
}

TEST_F(JobTest, TakesDataOnce) {
  for (const bool is_just_in_time : {true, false}) {
    world.configuration->storages.front().just_in_time_reservation = is_just_in_time;
    const auto outcome = director.back_up(++jobs, send_data_twice);
    EXPECT_FALSE(outcome.is_good());
    EXPECT_THAT(outcome.messages, HasSubstr("ended its session too early"));
    expect_healthy();
  }
}

TEST_F(JobTest, GivesDataOnce) {
  const auto backup = back_up(some_files(3, 1));
  const auto outcome = director.restore(++jobs, bootstrap_of(backup), [&](FakeClient& client) {
    client.channel().send(wire::encode(wire::ReadOpen{}));
    client.receive();
    for (unsigned time = 0; time < 2; ++time) {
      client.channel().send(wire::encode(wire::ReadData{1}));
      while (true) {
        const auto received = client.channel().receive();
        if (!std::holds_alternative<transport::Packet>(received)) break;
      }
    }
  });
  EXPECT_FALSE(outcome.is_good());
  EXPECT_THAT(outcome.messages, HasSubstr("ended its session too early"));
  expect_healthy();
}

INSTANTIATE_TEST_SUITE_P(Clients, BadClientTest, testing::ValuesIn(bad_clients),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST_F(JobTest, SurvivesADirectorThatHangsUpAtAnyRequest) {
  for (int at = 0; at < 8; ++at) {
    director.interference = [&](int request, transport::Channel& channel) {
      if (request == at) channel.close();
    };
    const auto outcome = back_up(some_files(3, 1));
    EXPECT_FALSE(outcome.end) << at;
    director.interference = {};
    expect_healthy();
  }
}

TEST_F(JobTest, EndsWithADirectorThatLeavesBeforeTheClientComes) {
  const auto outcome = director.listen(
      ++jobs, [](const auto&, const auto&) { throw Error(ErrorKind::network, "the Director was killed"); });
  EXPECT_FALSE(outcome.end);
  expect_healthy();
}

TEST_F(JobTest, TakesNothingButAnAnswerForTheAnswerOfTheDirector) {
  director.interference = [&](int request, transport::Channel& channel) {
    if (request == 1) channel.send("\x02garbage");
  };
  const auto outcome = back_up(some_files(3, 1));
  EXPECT_FALSE(outcome.is_good());
  EXPECT_THAT(outcome.messages, HasSubstr("answered a catalog request with \"\\x02garbage\""));
  director.interference = {};
  expect_healthy();
}

TEST_F(JobTest, TakesNoAnswerAboutAnotherVolume) {
  wire::VolumeLine other;
  other.volume = "Other";
  other.status = "Append";
  director.interference = [&](int request, transport::Channel& channel) {
    if (request == 1) channel.send(wire::encode(other));
  };
  const auto outcome = back_up(some_files(3, 1));
  EXPECT_FALSE(outcome.is_good());
  EXPECT_THAT(outcome.messages, HasSubstr("answered about volume \"Other\" when asked about"));
  director.interference = {};
  expect_healthy();
}

TEST_F(JobTest, FailsWhenTheCatalogRefuses) {
  director.interference = [&](int request, transport::Channel& channel) {
    if (request == 2) channel.send("1993 Update Media error\n");
  };
  const auto outcome = back_up(some_files(3, 1));
  EXPECT_FALSE(outcome.is_good());
  director.interference = {};
  expect_healthy();
}

TEST_F(JobTest, CanBeCancelledWhileTheClientSends) {
  std::string reply;
  const auto outcome = director.back_up(++jobs, [&](FakeClient& client) {
    client.begin_append();
    client.send(some_files(3, 1));
    client.channel().flush();
    auto [ours, theirs] = transport::memory_pair();
    auto theirs_channel = std::make_unique<transport::Channel>(std::move(theirs));
    std::jthread serving([&] {
      try {
        world.serve_director(std::move(theirs_channel));
      } catch (const Error&) {
      }
    });
    transport::Channel console(std::move(ours));
    console.send("cancel Job=job.1\n");
    FakeClient talk(console);
    reply = talk.receive();
    console.close();
    client.receive();
  });
  EXPECT_EQ(reply, "3000 JobId=1 Job=\"job.1\" marked to be canceled.\n");
  ASSERT_TRUE(outcome.end) << outcome.messages;
  EXPECT_EQ(outcome.end->status, JobStatus::cancelled);
  expect_healthy();
}

TEST_F(JobTest, EndsARestoreAtADamagedBlock) {
  const auto outcome = back_up(some_files(50, 1, 100'000));
  auto& contents = world.shelf.medium("V-0001").contents;
  contents[contents.size() / 2] ^= std::byte{1};
  const auto restored =
      director.restore(++jobs, bootstrap_of(outcome), [](FakeClient& client) { client.read(); });
  EXPECT_FALSE(restored.is_good());
  EXPECT_THAT(restored.messages, HasSubstr("Block checksum mismatch"));
  contents[contents.size() / 2] ^= std::byte{1};
  expect_healthy();
}

TEST_F(JobTest, RefusesABootstrapThatIsNone) {
  const auto restored = director.restore(++jobs, "Nonsense=1\n", [](FakeClient& client) { client.read(); });
  EXPECT_FALSE(restored.end);
  EXPECT_THAT(restored.messages, HasSubstr("Bootstrap file error: line 1: unknown keyword"));
  expect_healthy();
}

TEST_F(JobTest, FailsWhereTheDeviceBreaksAndGoesOnAfterwards) {
  for (int fail_at = 0; fail_at < 12; ++fail_at) {
    world.faults = {.fail_at = fail_at};
    const auto outcome = back_up(some_files(20, 1, 200'000));
    const bool fired = world.faults.fired();
    world.faults = {};
    EXPECT_TRUE(outcome.is_good() != fired) << fail_at << outcome.messages;
    for (auto& record : catalog.records()) {
      if (record.status == "Full") record.status = "Append";
    }
    expect_healthy();
  }
}

}  // namespace
}  // namespace holdfast::storage
