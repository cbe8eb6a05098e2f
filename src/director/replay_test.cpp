// SPDX-License-Identifier: AGPL-3.0-or-later
// Our Director in the place of the recorded one: the recorded File Daemon and Storage Daemon say what they said, and
// ours must say the same to them.
#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>

#include "testing/base/golden.h"
#include "testing/director/lab.h"
#include "testing/transport/replay.h"

namespace holdfast::director {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace testing_support;
using From = RecordedPacket::From;

/// The recordings in which the Director's roles are replayed, in the order in which they were made on one catalog.
/// In status-all the Director only relays; that, and all consoles, are replayed in director/console.
struct Replayed {
  const char* recording;
  enum class What { backup, restore, estimate } what;
  std::int64_t time;  ///< when the recorded job started
  JobLevel level = JobLevel::full;
  std::uint32_t files = 0;     ///< expected of a restore
  const char* bootstrap = "";  ///< of a restore
};

constexpr const char* all_of_job_1 =
    "Storage=\"File\"\nVolume=\"Full-0001\"\nMediaType=\"File\"\nDevice=\"FileStorage\"\nVolSessionId=1\n"
    "VolSessionTime=1795384262\nVolAddr=184-405860\nFileIndex=1-10\nCount=10\n";
constexpr const char* hello_of_job_1 =
    "Storage=\"File\"\nVolume=\"Full-0001\"\nMediaType=\"File\"\nDevice=\"FileStorage\"\nVolSessionId=1\n"
    "VolSessionTime=1795384262\nVolAddr=184-405860\nFileIndex=4\nCount=1\n";

const std::vector<Replayed> replayed{
    {"backup-full-unlabelled-volume", Replayed::What::backup, 1795384266},
    {"estimate-listing", Replayed::What::estimate, 1795384269},
    {"restore-all", Replayed::What::restore, 1795384275, JobLevel::none, 10, all_of_job_1},
    {"restore-tree-browser", Replayed::What::restore, 1795384281, JobLevel::none, 1, hello_of_job_1},
    {"backup-incremental", Replayed::What::backup, 1795384284, JobLevel::incremental},
    {"backup-differential", Replayed::What::backup, 1795384289, JobLevel::differential},
};

/// A packet in the words of the table below: '>' is said by us, '<' by the daemon.
struct Line {
  char from;
  std::string text;  ///< "TERMINATE" and "EOD" are signals
};

std::string volume_line(const std::string& counters, const std::string& end_block) {
  return "1000 OK VolName=Full-0001 " + counters +
         " MaxVolBytes=0 VolCapacityBytes=0 VolStatus=Append Slot=0 MaxVolJobs=0 MaxVolFiles=0 InChanger=0 "
         "VolReadTime=0 VolWriteTime=0 EndFile=0 EndBlock=" +
         end_block + " LabelType=0 MediaId=1 EncryptionKey= MinBlocksize=0 MaxBlocksize=0\n";
}

std::string update_media(const std::string& counters) {
  return "CatReq Job=J UpdateMedia VolName=Full-0001 " + counters +
         " MaxVolBytes=0 EndTime=1795384284 VolStatus=Append Slot=0 relabel=0 InChanger=0 VolReadTime=0 "
         "VolWriteTime=0 VolFirstWritten=0\n";
}

const std::string after_job_1 =
    "VolJobs=1 VolFiles=0 VolBlocks=2 VolBytes=405861 VolMounts=1 VolErrors=0 VolWrites=2";
const std::string after_job_4 =
    "VolJobs=2 VolFiles=0 VolBlocks=3 VolBytes=410360 VolMounts=2 VolErrors=0 VolWrites=3";

/// Two recordings were cut off before their end. What lacks is taken from the other ones of their kind, with the
/// counters that the following recordings show.
struct Tail {
  const char* recording;
  const char* daemon;
  std::vector<Line> lines;
};
const std::vector<Tail> tails{
    {"restore-all",
     "filedaemon",
     {{'<', "2000 OK storage end\n"},
      {'>', "endrestore"},
      {'<',
       "2800 End Job TermCode=84 JobFiles=10 ReadBytes=404035 JobBytes=404035 Errors=0 VSS=0 Encrypt=0\n"},
      {'<', "TERMINATE"}}},
    {"restore-all",
     "storage",
     {{'<', update_media(after_job_1)},
      {'>', volume_line(after_job_1, "405860")},
      {'<', "3099 Job J end JobStatus=84 JobFiles=0 JobBytes=0 JobErrors=0\n"},
      {'<', "EOD"},
      {'<', "TERMINATE"}}},
    {"backup-incremental",
     "storage",
     {{'>', "1000 OK CreateJobMedia\n"},
      {'<', update_media(after_job_4)},
      {'>', volume_line(after_job_4, "410359")},
      {'<', "CatReq Job=J DeleteNullJobmediaRecords jobid=4"},
      {'>', "1000 OK DeleteNullJobmediaRecords\n"},
      {'<', "Status Job=J JobStatus=84\n"},
      {'<', "3099 Job J end JobStatus=84 JobFiles=1 JobBytes=4113 JobErrors=0\n"},
      {'<', "EOD"},
      {'<', "TERMINATE"}}},
};

RecordedPacket packet_of(const Line& line) {
  RecordedPacket packet;
  packet.from = line.from == '>' ? From::connector : From::listener;
  if (line.text == "EOD")
    packet.signal = wire::Signal::end_of_data;
  else if (line.text == "TERMINATE")
    packet.signal = wire::Signal::terminate;
  else
    packet.payload = line.text;
  return packet;
}

/// Unique names and the clock differ from run to run.
std::vector<ReplayMask> masks() {
  auto all = usual_masks();
  all.push_back({std::regex("(mini|minipassive|RestoreFiles|-Console-)\\.[0-9-]+_[0-9.]+_[0-9]+"), "$1.#"});
  all.push_back({std::regex("since_utime [0-9]+"), "since_utime #"});
  return all;
}

std::vector<RecordedPacket> director_conversation(const Transcript& transcript, std::string_view daemon) {
  auto packets = recorded_conversation(transcript, daemon);
  for (const Tail& tail : tails)
    if (tail.recording == transcript.name && tail.daemon == daemon)
      for (const Line& line : tail.lines) packets.push_back(packet_of(line));
  return packets;
}

/// Plays the daemons of one recording, and compares.
class Daemons {
 public:
  Daemons(const Transcript& transcript, Lab& lab) {
    auto with_storage = director_conversation(transcript, "storage");
    if (!with_storage.empty()) {
      storage_.emplace(std::move(with_storage), From::connector, masks());
      lab.connector.add_storage(storage_->channel());
    }
    client_.emplace(director_conversation(transcript, "filedaemon"), From::connector, masks());
    lab.connector.add_client(client_->channel());
  }

  std::vector<std::string> differences() {
    auto all = client_->differences();
    if (storage_)
      for (auto& text : storage_->differences()) all.push_back(std::move(text));
    return all;
  }

 private:
  std::optional<Replay> storage_;
  std::optional<Replay> client_;
};

console::RunRequest request_of(const Replayed& recorded, Lab& lab) {
  const bool is_restore = recorded.what == Replayed::What::restore;
  console::RunRequest request = lab.request(is_restore ? "RestoreFiles" : "mini");
  if (is_restore) {
    request.bootstrap = (lab.files.folder() / "restore.bsr").string();
    std::ofstream(request.bootstrap) << recorded.bootstrap;
    request.expected_files = recorded.files;
  } else {
    request.level = recorded.level;
  }
  return request;
}

void replay(const Replayed& recorded, Lab& lab) {
  SCOPED_TRACE(recorded.recording);
  const auto transcript = read_transcript(recorded.recording);
  lab.clock.set(from_unix_seconds(recorded.time));
  Daemons daemons(*transcript, lab);
  const console::RunRequest request = request_of(recorded, lab);
  if (recorded.what == Replayed::What::estimate) {
    std::string lines;
    lab.director().estimate(request, true, [&](std::string_view text) { lines += text; });
    EXPECT_THAT(lines, HasSubstr("2000 OK estimate files=10 bytes=404,035\n"));
  } else {
    const auto row = lab.run(request);
    EXPECT_EQ(row.status, JobStatus::terminated) << lab.log(row.id);
  }
  EXPECT_THAT(daemons.differences(), IsEmpty());
}

TEST(ReplayedDirector, SaysWhatTheRecordedOneSaid) {
  if (!golden("transcripts")) GTEST_SKIP() << "no golden recordings";
  Lab lab;
  for (const Replayed& recorded : replayed) replay(recorded, lab);
  // The catalog then holds what the recorded one held.
  const auto catalog = lab.open_catalog();
  const auto full = catalog->jobs().find(JobId(1)).value();
  EXPECT_EQ(full.files, 10U);
  EXPECT_EQ(full.bytes, 404035U);
  EXPECT_EQ(catalog->files().count(JobId(1)), 10U);
  EXPECT_EQ(catalog->volumes().find("Full-0001")->bytes, 414859U);
  std::vector<std::string> digests;
  catalog->files().list(JobId(1), [&](const catalog::FileRow& file) {
    digests.push_back(std::string(file.name) + " " + std::string(file.digest));
    return true;
  });
  EXPECT_THAT(digests, ::testing::Contains("text.txt AUUwOVBBDgebeW0bo6MKQA"));
}

TEST(ReplayedDirector, LetsTheStorageConnectToAPassiveClient) {
  const auto transcript = read_transcript("backup-passive-client");
  if (!transcript) GTEST_SKIP() << "no golden recordings";
  Lab lab;
  lab.clock.set(from_unix_seconds(1795384310));
  const auto catalog = lab.open_catalog();
  catalog::VolumeRow volume;  // as the recorded jobs before this one left it
  volume.name = "Full-0001";
  volume.pool = catalog->pools().find("Full")->id;
  volume.media_type = "File";
  volume.first_written = volume.last_written = volume.labelled = Moment(std::chrono::seconds(1795384266));
  volume.jobs = volume.mounts = 7;
  volume.blocks = volume.writes = 8;
  volume.bytes = 1328864;
  volume.end_block = 1328863;
  catalog->volumes().create(volume);
  auto with_job_id = masks();
  with_job_id.push_back({std::regex("^JobId=[0-9]+"), "JobId=#"});
  Replay storage(recorded_conversation(*transcript, "storage"), From::connector, with_job_id);
  Replay client(recorded_conversation(*transcript, "filedaemon"), From::connector, with_job_id);
  lab.connector.add_storage(storage.channel());
  lab.connector.add_client(client.channel());
  const auto row = lab.run(lab.request("minipassive"));
  EXPECT_EQ(row.status, JobStatus::terminated) << lab.log(row.id);
  EXPECT_THAT(client.differences(), IsEmpty());
  EXPECT_THAT(storage.differences(), IsEmpty());
}

TEST(ReplayedDirector, ReportsTheJobAsTheRecordedOneDid) {
  if (!golden("transcripts")) GTEST_SKIP() << "no golden recordings";
  Lab lab;
  replay(replayed.front(), lab);
  const std::string recorded = read_file(*golden("console/backup-full-unlabelled-volume.txt"));
  const auto report_in = [](const std::string& text) {
    std::string report = text.substr(text.find("  OS Information:"));
    report.resize(report.find("Termination:"));
    const std::regex times("(Job:|FileSet:|Scheduled time:|Start time:|End time:) .*");
    return std::regex_replace(report, times, "$1");
  };
  EXPECT_EQ(report_in(lab.log(JobId(1))), report_in(recorded));
}

}  // namespace
}  // namespace holdfast::director
