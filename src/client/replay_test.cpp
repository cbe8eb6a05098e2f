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
  enum class Storage {
    none,
    connected,  ///< by us
    incoming,   ///< the Storage Daemon connected to us, a passive client
  } storage;

  friend void PrintTo(const Replayed& replayed, std::ostream* to) { *to << replayed.recording; }
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
    {"backup-accurate-full", {"backup-accurate-full"}, Replayed::Storage::connected},
    {"backup-accurate-incremental-deletion",
     {"backup-accurate-full", "backup-accurate-incremental-deletion"},
     Replayed::Storage::connected},
    {"backup-passive-client", {"backup-runscripts"}, Replayed::Storage::incoming},
    {"restore-all", {}, Replayed::Storage::connected},
    {"restore-tree-browser", {}, Replayed::Storage::connected},
    {"estimate-listing", {"backup-full-unlabelled-volume"}, Replayed::Storage::none},
    {"status-all", {}, Replayed::Storage::none},
    {"verify-init-catalog", {"backup-runscripts"}, Replayed::Storage::none},
    {"verify-disk-to-catalog", {"backup-runscripts"}, Replayed::Storage::none},
    {"verify-volume-to-catalog", {}, Replayed::Storage::connected},
};

/// The connection between File Daemon and Storage Daemon, whoever opened it.
std::optional<int> data_connection(const Transcript& transcript) {
  for (const auto& [listener, hello] :
       {std::pair("storage", "Hello Start Job"), std::pair("filedaemon", "Hello Storage calling Start Job")})
    for (const int number : transcript.accepted_by(listener))
      if (transcript.connection(number).front().payload.starts_with(hello)) return number;
  return std::nullopt;
}

/// Hands the Storage Daemon's connection to the session, as soon as that knows its job.
void arrive(JobRegistry& jobs, std::unique_ptr<transport::Channel> channel) {
  std::shared_ptr<JobRecord> record;
  while (!record || !record->identity.read([](const auto& identity) { return bool(identity.id); })) {
    const auto running = jobs.running();
    if (!running.empty()) record = running.front();
    std::this_thread::yield();
  }
  record->incoming.with([&](auto& waiting) { waiting = std::move(channel); });
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

/// The jobs that the recorded File Daemon remembered when it was asked for its status.
void remember_jobs(JobRegistry& jobs) {
  const Time at_51 = from_unix_seconds(1'795'384'290);
  const Time at_52 = from_unix_seconds(1'795'384'321);
  const std::vector<TerminatedJob> recorded{
      {JobId(5), JobType::backup, JobLevel::differential, JobStatus::terminated, 1, 4008, 0, at_51, "mini"},
      {JobId(6), JobType::backup, JobLevel::full, JobStatus::terminated, 10, 100'341, 0, at_51, "minigzip"},
      {JobId(7), JobType::backup, JobLevel::full, JobStatus::terminated, 10, 404'043, 0, at_51, "minispool"},
      {JobId(8), JobType::backup, JobLevel::full, JobStatus::terminated, 10, 404'043, 0, at_51,
       "miniaccurate"},
      {JobId(9), JobType::backup, JobLevel::incremental, JobStatus::terminated, 2, 0, 0, at_51,
       "miniaccurate"},
      {JobId(10), JobType::backup, JobLevel::full, JobStatus::terminated, 9, 404'043, 0, at_51,
       "minipassive"},
      {JobId(11), JobType::backup, JobLevel::full, JobStatus::terminated, 9, 404'043, 0, at_51,
       "miniscripts"},
      {JobId(12), JobType::verify, JobLevel::verify_volume, JobStatus::terminated, 1, 0, 0, at_52,
       "verifycat"},
      {JobId(13), JobType::verify, JobLevel::verify_init, JobStatus::terminated, 9, 404'043, 0, at_52,
       "verifyinit"},
      {JobId(14), JobType::verify, JobLevel::verify_disk, JobStatus::terminated, 9, 404'043, 0, at_52,
       "verifydisk"},
  };
  for (const TerminatedJob& job : recorded) jobs.terminated(job);
}

/// Besides times and keys: how often the daemon ran what, and how it was built.
std::vector<ReplayMask> masks() {
  auto masks = usual_masks();
  masks.push_back({std::regex("Daemon started .*"), "Daemon started #"});
  masks.push_back({std::regex("connected at: .*"), "connected at: #"});
  // Blocks of zeros that a sparse file does not send are not counted as read by the peer; we read them.
  masks.push_back({std::regex("ReadBytes=(141907|404043)"), "ReadBytes=#"});
  // Of what cannot be made smaller we send stored blocks (docs/adr/0403-incompressible-blocks.md).
  masks.push_back({std::regex("JobBytes=(100316|100341)"), "JobBytes=#"});
  return masks;
}

/// The packed random bytes of a file: a block that the peer compressed in vain and we did not try to.
bool is_packed_in_vain(const RecordedPacket& packet) {
  return packet.payload.size() > 100'000 && packet.payload.substr(8, 4) == "GZIP";
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
  remember_jobs(world.jobs);
  world.clock.set(recorded_time(*transcript));

  Replay director(conversation(*transcript, director_connection(*transcript)), From::listener, masks());
  std::optional<Replay> storage;
  std::jthread arrival;
  if (GetParam().storage == Replayed::Storage::connected) {
    storage.emplace(conversation(*transcript, *data_connection(*transcript)), From::connector, usual_masks(),
                    is_packed_in_vain);
    world.storage.channels.push_back(storage->channel());
  } else if (GetParam().storage == Replayed::Storage::incoming) {
    storage.emplace(conversation(*transcript, *data_connection(*transcript)), From::listener);
    arrival = std::jthread([&] { arrive(world.jobs, storage->channel()); });
  }
  world.serve(director.channel());
  EXPECT_THAT(director.differences(), IsEmpty());
  if (storage) {
    EXPECT_THAT(storage->differences(), IsEmpty());
  }
}

/// The first packets of a conversation; then the peer hangs up.
std::vector<RecordedPacket> cut_off(std::vector<RecordedPacket> packets, std::size_t after) {
  packets.resize(std::min(after, packets.size()));
  return packets;
}

struct CutWorld {
  CutWorld(const Transcript& transcript, std::size_t director_packets, std::size_t storage_packets)
      : director(cut_off(conversation(transcript, director_connection(transcript)), director_packets),
                 From::listener, masks()),
        storage(cut_off(conversation(transcript, *data_connection(transcript)), storage_packets),
                From::connector, masks()) {
    files.add(transcript.connection(*data_connection(transcript)));
    world.source = &files;
    world.storage.channels.push_back(storage.channel());
    world.serve(director.channel());
  }

  Replay director;
  Replay storage;
  RecordedTree files;
  ClientWorld world;
};

constexpr std::size_t all = SIZE_MAX;

TEST(DisconnectedClient, EndsItsConversationWhereverTheDirectorHangsUp) {
  const auto transcript = read_transcript("backup-full-unlabelled-volume");
  if (!transcript) GTEST_SKIP() << "no golden recordings";
  const auto whole = conversation(*transcript, director_connection(*transcript));
  for (std::size_t after = 0; after < whole.size(); ++after) {
    CutWorld cut(*transcript, after, all);
    EXPECT_TRUE(cut.world.jobs.running().empty()) << "after packet " << after;
  }
}

TEST(DisconnectedClient, ReportsAFailedJobWhereverTheStorageDaemonHangsUp) {
  const auto transcript = read_transcript("backup-full-unlabelled-volume");
  if (!transcript) GTEST_SKIP() << "no golden recordings";
  const auto whole = conversation(*transcript, *data_connection(*transcript));
  const auto confirmed = std::find_if(whole.begin(), whole.end(), [](const RecordedPacket& packet) {
    return packet.payload.starts_with("3000 OK close Status");
  });
  const auto packets = static_cast<std::size_t>(confirmed - whole.begin());
  constexpr std::size_t dialogue = 8;  // before and behind the data, of which every seventh packet will do
  for (std::size_t after = 0; after<packets; after += after> dialogue && after + dialogue < packets ? 7 : 1) {
    CutWorld cut(*transcript, all, after);
    EXPECT_EQ(cut.world.jobs.last_jobs().back().status, JobStatus::fatal) << "after packet " << after;
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, ReplayedClient, testing::ValuesIn(replayed), [](const auto& test) {
  std::string name = test.param.recording;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace holdfast::client
