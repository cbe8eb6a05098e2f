// SPDX-License-Identifier: AGPL-3.0-or-later
// Our File Daemon in the place of the recorded one: the recorded Director and Storage Daemon say what they said,
// and ours must answer the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/client/client_world.h"
#include "testing/client/recorded_tree.h"
#include "testing/transport/replay.h"

namespace holdfast::client {
namespace {

using testing::IsEmpty;
using namespace testing_support;
using From = RecordedPacket::From;

/// Which recordings are replayed, and with which files.
struct Replayed {
  const char* recording;
  std::vector<const char*>
      files_of;  ///< recordings of backups that saved the files, the later over the earlier
  enum class Storage { none, connected } storage;
};

const std::vector<Replayed> replayed{
    {"backup-full-unlabelled-volume", {"backup-full-unlabelled-volume"}, Replayed::Storage::connected},
    {"backup-incremental",
     {"backup-full-unlabelled-volume", "backup-incremental"},
     Replayed::Storage::connected},
    {"backup-differential",
     {"backup-full-unlabelled-volume", "backup-differential"},
     Replayed::Storage::connected},
    {"backup-gzip-sparse-sha1", {"backup-accurate-full"}, Replayed::Storage::connected},
    {"backup-spooled", {"backup-spooled"}, Replayed::Storage::connected},
    {"backup-runscripts", {"backup-runscripts"}, Replayed::Storage::connected},
    {"restore-all", {}, Replayed::Storage::connected},
    {"restore-tree-browser", {}, Replayed::Storage::connected},
    {"estimate-listing", {"backup-full-unlabelled-volume"}, Replayed::Storage::none},
    {"status-all", {}, Replayed::Storage::none},
    {"verify-init-catalog", {"backup-runscripts"}, Replayed::Storage::none},
    {"verify-disk-to-catalog", {"backup-runscripts"}, Replayed::Storage::none},
    {"verify-volume-to-catalog", {}, Replayed::Storage::connected},
};

/// The connection on which a File Daemon opened a data connection to the Storage Daemon.
std::optional<int> data_connection(const Transcript& transcript) {
  for (const int number : transcript.accepted_by("storage"))
    if (transcript.connection(number).front().payload.starts_with("Hello Start Job")) return number;
  return std::nullopt;
}

int director_connection(const Transcript& transcript) { return transcript.accepted_by("filedaemon").front(); }

/// When the recorded Director started to talk to the File Daemon.
Time recorded_time(const Transcript& transcript) {
  for (const RecordedPacket& packet : transcript.packets) {
    if (packet.listener != "filedaemon" || !packet.payload.starts_with("btime ")) continue;
    return Time(std::chrono::microseconds(std::stoll(packet.payload.substr(6))));
  }
  return from_unix_seconds(1'795'384'266);
}

class ReplayedClient : public testing::TestWithParam<Replayed> {};

TEST_P(ReplayedClient, SaysWhatTheRecordedOneSaid) {
  const auto transcript = read_transcript(GetParam().recording);
  if (!transcript) GTEST_SKIP() << "no golden recordings";
  ClientWorld world;
  RecordedTree files;
  for (const char* name : GetParam().files_of) {
    const auto saved = read_transcript(name);
    files.add(saved->connection(*data_connection(*saved)));
  }
  world.source = &files;
  world.has_warnings = true;
  world.clock.set(recorded_time(*transcript));

  Replay director(conversation(*transcript, director_connection(*transcript)), From::listener);
  std::optional<Replay> storage;
  if (GetParam().storage == Replayed::Storage::connected) {
    storage.emplace(conversation(*transcript, *data_connection(*transcript)), From::connector);
    world.storage.channels.push_back(storage->channel());
  }
  world.serve(director.channel());
  EXPECT_THAT(director.differences(), IsEmpty());
  if (storage) {
    EXPECT_THAT(storage->differences(), IsEmpty());
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, ReplayedClient, testing::ValuesIn(replayed), [](const auto& test) {
  std::string name = test.param.recording;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace holdfast::client
