// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gmock/gmock.h>

#include <fstream>

#include "base/text.h"
#include "testing/base/golden.h"
#include "testing/director/job_replay.h"

namespace holdfast::director {
namespace {

using ::testing::IsEmpty;
using namespace testing_support;
using From = RecordedPacket::From;

/// A section of a bootstrap that lies on that storage, and its lines as they are sent.
std::string section(const std::string& storage, int first) {
  return fmt::format(
      "Storage=\"{}\"\nVolume=\"Full-0001\"\nMediaType=\"File\"\nDevice=\"FileStorage\"\nVolSessionId=1\n"
      "VolSessionTime=1795384262\nVolAddr=184-405860\nFileIndex={}-{}\nCount=5\n",
      storage, first, first + 4);
}

/// The recorded restore twice, the second time from another storage.
class RestoreFromTwoStorages : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto transcript = read_transcript("restore-tree-browser");
    if (!transcript) GTEST_SKIP() << "no golden recordings";
    for (const int which : {0, 1}) {
      storages_.push_back(recorded_conversation(*transcript, "storage"));
      use_bootstrap(storages_.back(), section(which == 0 ? "File" : "Second", 1 + 5 * which));
    }
    for (RecordedPacket& packet : storages_[1])
      packet.payload = replace_all(packet.payload, "use storage=File", "use storage=Second");
    client_ = recorded_conversation(*transcript, "filedaemon");
    repeat_storage();
  }

  /// Instead of the recorded one.
  static void use_bootstrap(std::vector<RecordedPacket>& packets, const std::string& text) {
    const auto is_first = [](const RecordedPacket& packet) { return packet.payload.starts_with("Storage="); };
    const auto first = std::find_if(packets.begin(), packets.end(), is_first);
    const RecordedPacket sample = *first;
    auto end = first;
    while (!end->signal) ++end;
    auto place = packets.erase(first, end);
    for (const auto line : split(std::string_view(text).substr(0, text.size() - 1), '\n')) {
      RecordedPacket packet = sample;
      packet.payload = std::string(line) + "\n";
      place = packets.insert(place, packet) + 1;
    }
  }

  /// From "storage" to "2000 OK storage end".
  void repeat_storage() {
    const auto starts = [&](std::string_view text) {
      return std::find_if(client_.begin(), client_.end(),
                          [&](const RecordedPacket& packet) { return packet.payload.starts_with(text); });
    };
    const auto end = starts("2000 OK storage end") + 1;
    const std::vector<RecordedPacket> part(starts("storage "), end);
    client_.insert(end, part.begin(), part.end());
  }

  std::vector<std::vector<RecordedPacket>> storages_;
  std::vector<RecordedPacket> client_;
};

TEST_F(RestoreFromTwoStorages, ReadsOneAfterTheOtherInOneConversationWithTheClient) {
  Lab lab(
      "Storage { Name = Second; Address = 127.0.0.1; Password = secret; Device = FileStorage; MediaType = "
      "File; "
      "TlsEnable = no }\n");
  auto masks = job_masks();
  masks.push_back({std::regex("JobId=[0-9]+"), "JobId=#"});
  Replay first(storages_[0], From::connector, masks);
  Replay second(storages_[1], From::connector, masks);
  Replay client(client_, From::connector, masks);
  lab.connector.add_storage(first.channel());
  lab.connector.add_storage(second.channel());
  lab.connector.add_client(client.channel());
  const auto catalog = lab.open_catalog();
  catalog::VolumeRow volume;
  volume.name = "Full-0001";
  volume.pool = catalog->pools().find("Full")->id;
  volume.media_type = "File";
  volume.jobs = volume.mounts = 1;
  volume.blocks = volume.writes = 2;
  volume.bytes = 405861;
  volume.end_block = 405860;
  catalog->volumes().create(volume);

  auto request = lab.request("RestoreFiles");
  request.bootstrap = (lab.files.folder() / "restore.bsr").string();
  std::ofstream(request.bootstrap) << section("File", 1) << section("Second", 6);
  request.expected_files = 1;
  const auto row = lab.run(request);
  EXPECT_EQ(row.status, JobStatus::terminated) << lab.log(row.id);
  EXPECT_THAT(client.differences(), IsEmpty());
  EXPECT_THAT(first.differences(), IsEmpty());
  EXPECT_THAT(second.differences(), IsEmpty());
}

}  // namespace
}  // namespace holdfast::director
