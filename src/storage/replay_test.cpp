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

}  // namespace
}  // namespace holdfast::storage
