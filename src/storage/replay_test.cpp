// SPDX-License-Identifier: AGPL-3.0-or-later
// Our Storage Daemon in the place of the recorded one: the recorded Director and client say what they said, and
// ours must answer the same.
#include <gmock/gmock.h>

#include "base/error.h"
#include "testing/storage/storage_world.h"
#include "testing/transport/replay.h"
#include "volumes/volume_label.h"

namespace holdfast::storage {
namespace {

using testing::IsEmpty;
using namespace testing_support;
using From = RecordedPacket::From;

struct Connections {
  int director = 0;
  int client = 0;
  std::string job;
};

Connections find_connections(const Transcript& transcript) {
  constexpr std::string_view client_hello = "Hello Start Job ";
  Connections found;
  for (const int number : transcript.accepted_by("storage")) {
    const auto first = transcript.connection(number).front().payload;
    if (first.starts_with(client_hello)) {
      found.client = number;
      found.job = first.substr(client_hello.size(), first.find('\n') - client_hello.size());
    } else {
      found.director = number;
    }
  }
  return found;
}

/// Up to our first TERMINATE: what the recorded daemon sent behind it nobody receives.
std::vector<RecordedPacket> heard(std::vector<RecordedPacket> packets) {
  const auto last = std::find_if(packets.begin(), packets.end(), [](const RecordedPacket& packet) {
    return packet.from == From::listener && packet.signal == wire::Signal::terminate;
  });
  if (last != packets.end()) packets.erase(last + 1, packets.end());
  return packets;
}

/// Plays the recording against the world; returns what differed.
std::vector<std::string> play(StorageWorld& world, const Transcript& transcript) {
  const auto connections = find_connections(transcript);
  Replay director(heard(conversation(transcript, connections.director)), From::listener);
  std::vector<std::string> differences;
  if (connections.client == 0) {
    world.serve_director(director.channel());
    return director.differences();
  }
  Replay client(conversation(transcript, connections.client), From::listener);
  std::jthread bringing([&] { world.bring_client(connections.job, client.channel()); });
  try {
    world.serve_director(director.channel());
  } catch (const Error& error) {
    // Some recordings stop before the last word; the replayed Director then hangs up on us.
    if (error.kind() != ErrorKind::network) throw;
  }
  bringing.join();
  differences = director.differences();
  for (auto& difference : client.differences()) differences.push_back("client: " + std::move(difference));
  return differences;
}

/// A volume as it was before the recording: labelled, and so long.
void put_volume(StorageWorld& world, const std::string& name, std::size_t size) {
  const auto medium = world.shelf.create(name);
  volumes::write_label(*medium, volumes::new_label(world.context->stamp, world.clock, name, "Full", "File"),
                       {});
  world.shelf.medium(name).contents.resize(size);
}

TEST(ReplayedStorage, RestoresAFileFromTheMiddle) {
  const auto backup = read_transcript("backup-full-unlabelled-volume");
  const auto restore = read_transcript("restore-tree-browser");
  if (!backup || !restore) GTEST_SKIP() << "no golden recordings";
  StorageWorld world;
  EXPECT_THAT(play(world, *backup), IsEmpty());
  world.skip_sessions_before(3);
  EXPECT_THAT(play(world, *restore), IsEmpty());
}

TEST(ReplayedStorage, LetsAVolumeBeVerified) {
  const auto backup = read_transcript("backup-differential");
  const auto verify = read_transcript("verify-volume-to-catalog");
  if (!backup || !verify) GTEST_SKIP() << "no golden recordings";
  StorageWorld world;
  world.skip_sessions_before(5);
  put_volume(world, "Full-0001", 410360);
  EXPECT_THAT(play(world, *backup), IsEmpty());
  // A later job stands behind the one that is verified.
  auto& contents = world.shelf.medium("Full-0001").contents;
  contents.resize(contents.size() + 100'000);
  world.skip_sessions_before(12);
  EXPECT_THAT(play(world, *verify), IsEmpty());
}

TEST(ReplayedStorage, LabelsMountsAndReleasesForTheConsole) {
  const auto transcript = read_transcript("volume-operations");
  if (!transcript) GTEST_SKIP() << "no golden recordings";
  StorageWorld world;
  for (const int connection : transcript->accepted_by("storage")) {
    Replay director(conversation(*transcript, connection), From::listener);
    world.serve_director(director.channel());
    EXPECT_THAT(director.differences(), IsEmpty()) << connection;
  }
}

/// The jobs that the recorded daemon remembered.
void remember_jobs(StorageWorld& world) {
  struct Remembered {
    std::uint32_t id;
    JobLevel level;
    std::uint32_t files;
    std::uint64_t bytes;
    const char* name;
  };
  for (const auto& job : {Remembered{15, JobLevel::full, 9, 404'900, "mini"},
                          Remembered{18, JobLevel::full, 10, 405'039, "mini"},
                          Remembered{20, JobLevel::incremental, 1, 4'113, "mini"},
                          Remembered{22, JobLevel::differential, 1, 4'113, "mini"},
                          Remembered{24, JobLevel::full, 10, 101'399, "minigzip"},
                          Remembered{26, JobLevel::full, 10, 405'047, "minispool"},
                          Remembered{28, JobLevel::full, 10, 405'039, "miniaccurate"},
                          Remembered{30, JobLevel::full, 9, 404'900, "minipassive"},
                          Remembered{32, JobLevel::full, 9, 404'900, "miniscripts"},
                          Remembered{35, JobLevel::full, 10, 101'399, "minigzip"}}) {
    wire::StorageJobCommand command;
    command.job_id = JobId(job.id);
    command.job = command.job_name = job.name;
    command.level = job.level;
    StorageJob ended(command, world.jobs.new_session(), "key", world.clock.now());
    ended.update([&](StorageJob::Progress& progress) {
      progress.status = JobStatus::terminated;
      progress.files = job.files;
      progress.bytes = job.bytes;
    });
    const JobTable::Entry entry(world.jobs, ended, world.clock);
  }
}

TEST(ReplayedStorage, TellsItsStatus) {
  const auto transcript = read_transcript("status-all");
  if (!transcript) GTEST_SKIP() << "no golden recordings";
  StorageWorld world;
  world.context->configuration_has_warnings = true;
  remember_jobs(world);
  world.jobs.data_spooling().begin();
  world.jobs.data_spooling().end(405'717);
  world.jobs.attribute_spooling().begin();
  world.jobs.attribute_spooling().add(2'415);
  world.jobs.attribute_spooling().end(2'415);
  auto masks = usual_masks();
  masks.push_back({std::regex("[0-9]{2}-[A-Z][a-z]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}"), "#"});
  masks.push_back({std::regex("run=[0-9]+, running=0, .* binary"), "run=#, running=0, # binary"});
  Replay director(conversation(*transcript, find_connections(*transcript).director), From::listener, masks);
  world.serve_director(director.channel());
  EXPECT_THAT(director.differences(), IsEmpty());
}

TEST(ReplayedStorage, LabelsANewVolumeAndRestoresFromIt) {
  const auto backup = read_transcript("backup-full-unlabelled-volume");
  const auto restore = read_transcript("restore-all");
  if (!backup || !restore) GTEST_SKIP() << "no golden recordings";
  StorageWorld world;
  EXPECT_THAT(play(world, *backup), IsEmpty());
  EXPECT_THAT(play(world, *restore), IsEmpty());
}

struct Continued {
  const char* recording;
  std::uint32_t session;
  std::size_t volume_size;
};

class ReplayedBackup : public testing::TestWithParam<Continued> {};

TEST_P(ReplayedBackup, AppendsToTheVolume) {
  const auto transcript = read_transcript(GetParam().recording);
  if (!transcript) GTEST_SKIP() << "no golden recordings";
  StorageWorld world;
  world.skip_sessions_before(GetParam().session);
  put_volume(world, "Full-0001", GetParam().volume_size);
  EXPECT_THAT(play(world, *transcript), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Recordings, ReplayedBackup,
                         testing::Values(Continued{"backup-incremental", 4, 405861},
                                         Continued{"backup-differential", 5, 410360},
                                         Continued{"backup-gzip-sparse-sha1", 6, 414859}),
                         [](const auto& tested) {
                           std::string name = tested.param.recording;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

/// Ours offers no file of its own to the Director, as the peer does first.
std::vector<RecordedPacket> without_blast(std::vector<RecordedPacket> packets) {
  std::erase_if(packets, [](const RecordedPacket& packet) {
    return packet.payload.starts_with("BlastAttr ") || packet.payload.starts_with("1000 OK BlastAttr");
  });
  return packets;
}

std::vector<std::string> play_spooled(StorageWorld& world, const Transcript& transcript) {
  world.configuration->storages.front().working_directory = testing::TempDir();
  const auto connections = find_connections(transcript);
  const auto is_attributes = [](const RecordedPacket& packet) {
    return packet.payload.starts_with("UpdCat ");
  };
  Replay director(without_blast(heard(conversation(transcript, connections.director))), From::listener,
                  usual_masks(), is_attributes);
  Replay client(conversation(transcript, connections.client), From::listener);
  {
    const std::jthread bringing([&] { world.bring_client(connections.job, client.channel()); });
    world.serve_director(director.channel());
  }
  auto differences = director.differences();
  for (auto& difference : client.differences()) differences.push_back("client: " + std::move(difference));
  return differences;
}

TEST(ReplayedStorage, SpoolsDataAndAttributes) {
  const auto transcript = read_transcript("backup-spooled");
  if (!transcript) GTEST_SKIP() << "no golden recordings";
  StorageWorld world;
  world.skip_sessions_before(7);
  put_volume(world, "Full-0001", 516882);
  EXPECT_THAT(play_spooled(world, *transcript), IsEmpty());
  EXPECT_EQ(world.jobs.data_spooling().counts().most, 405'717U);
  EXPECT_EQ(world.jobs.attribute_spooling().counts().bytes, 2'415U);
}

/// Here our daemon connects to the client, once it is told to.
std::vector<std::string> play_passive(StorageWorld& world, const Transcript& transcript) {
  auto masks = usual_masks();
  masks.push_back({std::regex("encryption: .*"), "encryption: #"});
  Replay director(heard(conversation(transcript, find_connections(transcript).director)), From::listener,
                  masks);
  Replay client(conversation(transcript, transcript.accepted_by("filedaemon").back()), From::connector);
  world.context->connect = [&](const transport::Introduction&, const transport::Reach&, std::stop_token) {
    transport::Connected connected;
    connected.channel = client.channel();
    return connected;
  };
  world.serve_director(director.channel());
  auto differences = director.differences();
  for (auto& difference : client.differences()) differences.push_back("client: " + std::move(difference));
  return differences;
}

// The peer sends attributes as it reads them; ours follow their data, as in backups. So what was recorded is
// brought into our order: attributes behind the placeholder, which is sent with the first block written.
std::vector<RecordedPacket> with_attributes_behind_data(std::vector<RecordedPacket> packets) {
  const auto is_attributes = [](const RecordedPacket& packet) {
    return packet.payload.starts_with("UpdCat ");
  };
  const auto first = std::find_if(packets.begin(), packets.end(), is_attributes);
  const auto placeholder = std::find_if(first, packets.end(), [](const RecordedPacket& packet) {
    return packet.from == From::connector && packet.payload.starts_with("1000 OK CreateJobMedia");
  });
  if (placeholder != packets.end())
    std::stable_partition(first, placeholder + 1,
                          [&](const RecordedPacket& packet) { return !is_attributes(packet); });
  return packets;
}

/// The peer's copies and migrations take over the name of the job they copy, in the middle of the conversation;
/// ours keep the one the Director gave them.
std::vector<ReplayMask> masks_of_copies() {
  auto masks = usual_masks();
  masks.push_back({std::regex("Job=[A-Za-z]+\\.[0-9_.-]+"), "Job=#"});
  masks.push_back({std::regex("3099 Job [^ ]+"), "3099 Job #"});
  return masks;
}

std::vector<std::string> play_copy(StorageWorld& world, const Transcript& transcript, std::size_t number) {
  const int connection = transcript.accepted_by("storage").at(number);
  Replay director(with_attributes_behind_data(heard(conversation(transcript, connection))), From::listener,
                  masks_of_copies());
  world.serve_director(director.channel());
  return director.differences();
}

TEST(ReplayedStorage, CopiesJobsFromOneDeviceToAnother) {
  const auto full = read_transcript("backup-full-unlabelled-volume");
  const auto incremental = read_transcript("backup-incremental");
  const auto copy = read_transcript("copy-job");
  if (!full || !incremental || !copy) GTEST_SKIP() << "no golden recordings";
  StorageWorld world;
  world.add_device("DeflateStorage", "FileZ");
  EXPECT_THAT(play(world, *full), IsEmpty());
  world.skip_sessions_before(4);
  EXPECT_THAT(play(world, *incremental), IsEmpty());
  // A later job stands behind those that are copied.
  auto& contents = world.shelf.medium("Full-0001").contents;
  contents.resize(contents.size() + 100'000);
  put_volume(world, "Copy-0002", 405756);
  world.skip_sessions_before(14);
  EXPECT_THAT(play_copy(world, *copy, 0), IsEmpty());
  EXPECT_THAT(play_copy(world, *copy, 1), IsEmpty());
}

TEST(ReplayedStorage, MigratesAJob) {
  const auto backup = read_transcript("backup-gzip-sparse-sha1");
  const auto migrate = read_transcript("migrate-job");
  if (!backup || !migrate) GTEST_SKIP() << "no golden recordings";
  StorageWorld world;
  world.add_device("DeflateStorage", "FileZ");
  world.skip_sessions_before(6);
  put_volume(world, "Full-0001", 414859);
  EXPECT_THAT(play(world, *backup), IsEmpty());
  auto& contents = world.shelf.medium("Full-0001").contents;
  contents.resize(contents.size() + 100'000);
  put_volume(world, "Copy-0002", 2545124);
  world.skip_sessions_before(22);
  EXPECT_THAT(play_copy(world, *migrate, 0), IsEmpty());
}

TEST(ReplayedStorage, ConsolidatesToANewVolume) {
  const auto backup = read_transcript("backup-runscripts");
  const auto consolidation = read_transcript("virtual-full");
  if (!backup || !consolidation) GTEST_SKIP() << "no golden recordings";
  StorageWorld world;
  world.add_device("DeflateStorage", "FileZ");
  world.skip_sessions_before(11);
  put_volume(world, "Full-0001", 1734461);
  EXPECT_THAT(play(world, *backup), IsEmpty());
  world.skip_sessions_before(13);
  EXPECT_THAT(play_copy(world, *consolidation, 0), IsEmpty());
}

std::vector<std::string> play_copies(StorageWorld& world, const Transcript& transcript) {
  std::vector<std::string> differences;
  for (std::size_t number = 0; number < transcript.accepted_by("storage").size(); ++number)
    for (auto& difference : play_copy(world, transcript, number))
      differences.push_back(std::move(difference));
  return differences;
}

// Nothing is put there beforehand: every job finds what the jobs before it left, as the recorded ones did.
TEST(ReplayedStorage, RepeatsTheRecordedDayFromTheFirstLabelToTheMigration) {
  struct Step {
    const char* recording;
    std::vector<std::string> (*way)(StorageWorld& world, const Transcript& transcript) = play;
  };
  StorageWorld world;
  world.add_device("DeflateStorage", "FileZ");
  for (const auto& step :
       {Step{"backup-full-unlabelled-volume"}, Step{"restore-all"}, Step{"restore-tree-browser"},
        Step{"backup-incremental"}, Step{"backup-differential"}, Step{"backup-gzip-sparse-sha1"},
        Step{"backup-spooled", play_spooled}, Step{"backup-accurate-full"},
        Step{"backup-accurate-incremental-deletion"}, Step{"backup-passive-client", play_passive},
        Step{"backup-runscripts"}, Step{"verify-volume-to-catalog"}, Step{"virtual-full", play_copies},
        Step{"copy-job", play_copies}, Step{"migrate-job", play_copies}}) {
    const auto transcript = read_transcript(step.recording);
    if (!transcript) GTEST_SKIP() << "no golden recordings";
    EXPECT_THAT(step.way(world, *transcript), IsEmpty()) << step.recording;
  }
}

}  // namespace
}  // namespace holdfast::storage
