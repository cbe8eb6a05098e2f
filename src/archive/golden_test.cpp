// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "archive/backup.h"
#include "archive/restore.h"
#include "format/block.h"
#include "format/record_assembler.h"
#include "selection/fileset_reader.h"
#include "testing/archive/manifest.h"
#include "testing/archive/record_list.h"
#include "testing/base/golden.h"
#include "testing/tree/temporary_directory.h"
#include "tree/posix_source.h"
#include "tree/posix_target.h"

namespace holdfast::archive {
namespace {

using testing::IsEmpty;
using testing_support::golden;

/// Gives the records of one session of volumes, in order, to a restore.
class VolumeReader {
 public:
  explicit VolumeReader(std::vector<std::string> names) {
    for (const auto& name : names) content_.push_back(testing_support::read_file(*golden("volumes/" + name)));
  }
  std::set<VolumeSession> sessions() const {
    std::set<VolumeSession> found;
    for_each([&](const format::Record& record) { found.insert(record.session); });
    return found;
  }
  void restore(VolumeSession session, Restore& to) const {
    for_each([&](const format::Record& record) {
      if (record.session == session)
        to.record({record.session, record.file_index, record.stream}, record.payload);
    });
  }

 private:
  template <typename Each>
  void for_each(Each each) const {
    format::RecordAssembler assembler;
    for (const auto& volume : content_)
      for (Bytes left = as_bytes(volume); !left.empty();) {
        const auto header = format::parse_block_header(left);
        if (!header) break;
        format::RecordCursor cursor(left.first(header->length));
        while (const auto piece = cursor.next()) {
          // The label of the next volume stands between the pieces of a record.
          if (piece->is_label()) continue;
          if (const auto record = assembler.add(header->session, *piece)) each(*record);
        }
        left = left.subspan(header->length);
      }
  }
  std::vector<std::string> content_;
};

struct Volume {
  std::vector<std::string> names;
  HardLinks links;
  std::string key = {};  ///< file with the key that unlocks its data
};
const std::vector<Volume> volumes{
    {{"Golden-tree"}, HardLinks::tracked},
    {{"Golden-md5"}, HardLinks::each_its_own},
    {{"Golden-gzip"}, HardLinks::each_its_own},
    {{"Golden-lz4"}, HardLinks::each_its_own},
    {{"Golden-lzo"}, HardLinks::each_its_own},
    {{"Golden-lzfast"}, HardLinks::each_its_own},
    {{"Golden-sddeflate"}, HardLinks::each_its_own},
    {{"Golden-sddeflate-2"}, HardLinks::each_its_own},
    {{"Golden-interleaved-4"}, HardLinks::each_its_own},
    {{"Small-0012", "Small-0013"}, HardLinks::each_its_own},
    {{"Golden-encrypted"}, HardLinks::each_its_own, "fd.pem"},
    {{"Golden-encrypted"}, HardLinks::each_its_own, "master.key"},
    {{"Golden-encrypted-gzip"}, HardLinks::each_its_own, "fd.pem"},
    {{"Golden-encrypted-gzip"}, HardLinks::each_its_own, "master.key"},
};

std::shared_ptr<const crypto::KeyRing> keys_of(const Volume& volume) {
  if (volume.key.empty()) return nullptr;
  auto keys = std::make_shared<crypto::KeyRing>();
  keys->add_key_pair(testing_support::read_file(*golden("volumes/" + volume.key)), volume.key);
  return keys;
}

class GoldenVolumes : public testing::Test {
 protected:
  void SetUp() override {
    const auto path = golden("volumes/tree.manifest.jsonl");
    if (!path) GTEST_SKIP() << "the golden recordings are not here";
    if (!tree::is_privileged()) GTEST_SKIP() << "only root can restore owners and devices";
    manifest_ = *path;
  }
  std::filesystem::path manifest_;
};

TEST_F(GoldenVolumes, AreRestoredToTheLastAttribute) {
  for (const auto& volume : volumes) {
    const VolumeReader reader(volume.names);
    for (const auto session : reader.sessions()) {
      const tree::TemporaryDirectory directory;
      tree::PosixTarget target(directory.path());
      ReportList report;
      RestoreOptions options;
      options.where = directory.path();
      options.keys = keys_of(volume);
      if (options.keys && options.keys->has_signers()) options.signatures = Signatures::required;
      Restore restore(target, options, report);
      reader.restore(session, restore);
      const auto totals = restore.finish();
      std::erase_if(report.messages,
                    [](const auto& message) { return message.type == MessageType::restored; });
      EXPECT_EQ(report.text(), "") << volume.names[0];
      EXPECT_EQ(totals.files, 247U) << volume.names[0];
      tree::PosixSource source;
      EXPECT_THAT(differences(source, directory.path() + "/srv/demo/tree", manifest_, volume.links),
                  IsEmpty())
          << volume.names[0] << " session " << session.id << " " << volume.key;
    }
  }
}

/// Sends what a backup makes straight into a restore.
class IntoRestore final : public RecordSink {
 public:
  explicit IntoRestore(Restore& restore) : restore_(restore) {}
  void begin(std::int32_t file_index, format::StreamId stream) override {
    head_ = {{1, 1}, file_index, number(stream)};
  }
  void data(Bytes record) override { restore_.record(head_, record); }
  void end() override {}

 private:
  Restore& restore_;
  RecordHead head_;
};

TEST_F(GoldenVolumes, AreSavedAgainAndRestoredTheSame) {
  const tree::TemporaryDirectory directory;
  tree::PosixTarget target(directory.path());
  ReportList report;
  RestoreOptions options;
  options.where = directory.path();
  Restore from_volume(target, options, report);
  const VolumeReader reader({"Golden-tree"});
  reader.restore(*reader.sessions().begin(), from_volume);
  from_volume.finish();

  tree::PosixSource source;
  const auto root = directory.path() + "/srv/demo/tree";
  selection::FileSetReader lines;
  for (const auto& line :
       {std::string("I"), std::string("O S2sAX"), std::string("N"), "F " + root, std::string("N")})
    lines.line(line);
  BackupOptions saving;
  saving.files = lines.finish();
  options.where = directory.path() + "/again";
  Restore again(target, options, report);
  IntoRestore sink(again);
  Backup(source, saving, sink, report).run({});
  again.finish();
  EXPECT_THAT(differences(source, options.where + root, manifest_, HardLinks::tracked), IsEmpty());
}

}  // namespace
}  // namespace holdfast::archive
