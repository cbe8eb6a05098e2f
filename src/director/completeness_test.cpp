// SPDX-License-Identifier: AGPL-3.0-or-later
// A recorded backup whose daemons also give their proofs, as ours do.
#include <gmock/gmock.h>

#include "testing/director/lab.h"
#include "testing/director/scripted_daemon.h"
#include "wire/catalog_requests.h"

namespace holdfast::director {
namespace {

using ::testing::HasSubstr;
using namespace testing_support;
using From = RecordedPacket::From;

/// What a daemon that saw these catalog records would count; records and bytes are made up, because the recording of the
/// Director's connections holds no data.
wire::RecordProof proof_of(const std::vector<RecordedPacket>& storage) {
  stream::RecordTally tally;
  for (const auto& packet : storage) {
    if (packet.signal || !packet.payload.starts_with("UpdCat ")) continue;
    const auto update = wire::decode_attributes_update(as_bytes(packet.payload)).value();
    tally.add(update.file_index, update.stream, update.data);
  }
  const auto counts = tally.finish();
  return {"mini", counts.files, 44, 405'000, counts.digest};
}

/// Puts the proof before the daemon's last word.
void add_proof(std::vector<RecordedPacket>& packets, const wire::RecordProof& proof,
               std::string_view last_word) {
  for (auto at = packets.begin(); at != packets.end(); ++at) {
    if (at->from != From::listener || !at->payload.starts_with(last_word)) continue;
    RecordedPacket packet = *at;
    packet.payload = wire::encode(proof);
    packets.insert(at, packet);
    return;
  }
  FAIL() << "no " << last_word;
}

class Proofs : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto transcript = read_transcript("backup-full-unlabelled-volume");
    if (!transcript) GTEST_SKIP() << "no golden recordings";
    storage_ = recorded_conversation(*transcript, "storage");
    client_ = recorded_conversation(*transcript, "filedaemon");
    proof_ = proof_of(storage_);
  }

  catalog::JobRow backup(const wire::RecordProof& of_client, const wire::RecordProof& of_storage) {
    add_proof(client_, of_client, "2800 ");
    add_proof(storage_, of_storage, "3099 ");
    constexpr std::size_t never = ~std::size_t{0};
    ScriptedDaemon storage(storage_, never, Misbehaviour::silence);
    ScriptedDaemon client(client_, never, Misbehaviour::silence);
    lab_.connector.add_storage(storage.channel());
    lab_.connector.add_client(client.channel());
    return lab_.run(lab_.request("mini"));
  }
  void expect_refused(const catalog::JobRow& row, std::string_view why) {
    EXPECT_EQ(row.status, JobStatus::error_terminated);
    EXPECT_FALSE(lab_.open_catalog()->proofs().find(row.id));
    EXPECT_THAT(lab_.log(row.id), HasSubstr("The backup cannot be trusted: " + std::string(why)));
  }

  Lab lab_;
  std::vector<RecordedPacket> storage_;
  std::vector<RecordedPacket> client_;
  wire::RecordProof proof_;
};

TEST_F(Proofs, ThatAgreeLetTheJobEndWell) {
  const auto row = backup(proof_, proof_);
  EXPECT_EQ(row.status, JobStatus::terminated) << lab_.log(row.id);
  EXPECT_THAT(lab_.log(row.id),
              HasSubstr("client, storage and catalog agree on 10 files, 44 records, 405,000 bytes"));
  const auto kept = lab_.open_catalog()->proofs().find(row.id);
  ASSERT_TRUE(kept);
  EXPECT_EQ(*kept, (catalog::ProofRow{row.id, 10, 44, 405'000, proof_.digest, true, true}));
}

TEST_F(Proofs, OfAnotherNumberOfRecordsMakeTheJobAnError) {
  auto wrong = proof_;
  ++wrong.records;
  expect_refused(backup(proof_, wrong), "the client sent, and the storage wrote, records: 44 and 45.\n");
}

TEST_F(Proofs, OfAnotherNumberOfBytesMakeTheJobAnError) {
  auto wrong = proof_;
  --wrong.bytes;
  expect_refused(backup(wrong, proof_),
                 "the client sent, and the storage wrote, bytes: 404999 and 405000.\n");
}

TEST_F(Proofs, OfOtherAttributesThanTheCatalogGotMakeTheJobAnError) {
  auto wrong = proof_;
  wrong.digest.back() = wrong.digest.back() == '0' ? '1' : '0';
  expect_refused(backup(wrong, wrong), "the digests of client and catalog over all attributes: " +
                                           wrong.digest + " and " + proof_.digest + ".\n");
}

}  // namespace
}  // namespace holdfast::director
