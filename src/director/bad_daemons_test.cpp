// SPDX-License-Identifier: AGPL-3.0-or-later
// Daemons that fail in the middle of a job: whatever they do and whenever, the job ends, in time, and not well.
#include <gmock/gmock.h>

#include "testing/base/golden.h"
#include "testing/director/lab.h"
#include "testing/director/scripted_daemon.h"

namespace holdfast::director {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using namespace testing_support;

constexpr std::size_t never = ~std::size_t{0};

/// A recorded backup whose daemons misbehave.
class RecordedBackup : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto transcript = read_transcript("backup-full-unlabelled-volume");
    if (!transcript) GTEST_SKIP() << "no golden recordings";
    storage_ = recorded_conversation(*transcript, "storage");
    client_ = recorded_conversation(*transcript, "filedaemon");
    lab_.limits.reply = std::chrono::milliseconds(40);
    lab_.limits.silence = std::chrono::milliseconds(40);
    lab_.limits.after_cancel = std::chrono::milliseconds(40);
    lab_.restart();
  }

  /// With a storage and a client that misbehave before their n-th packet.
  catalog::JobRow backup(std::size_t storage_before, std::size_t client_before, Misbehaviour how) {
    ScriptedDaemon storage(storage_, storage_before, how);
    ScriptedDaemon client(client_, client_before, how);
    lab_.connector.add_storage(storage.channel());
    lab_.connector.add_client(client.channel());
    auto row = lab_.run(lab_.request("mini"));
    lab_.connector.clear();
    return row;
  }

  Lab lab_;
  std::vector<RecordedPacket> storage_;
  std::vector<RecordedPacket> client_;
};

class Garbage : public RecordedBackup {
 protected:
  catalog::JobRow backup(std::size_t storage_before, std::size_t client_before) {
    return RecordedBackup::backup(storage_before, client_before, Misbehaviour::garbage);
  }
};

class BadDaemons : public RecordedBackup, public ::testing::WithParamInterface<Misbehaviour> {
 protected:
  catalog::JobRow backup(std::size_t storage_before, std::size_t client_before) {
    return RecordedBackup::backup(storage_before, client_before, GetParam());
  }

  void expect_failed(const catalog::JobRow& row, std::string_view who, std::size_t before) {
    EXPECT_THAT(row.status, AnyOf(JobStatus::fatal, JobStatus::error_terminated))
        << who << ' ' << to_string(GetParam()) << " before packet " << before << '\n'
        << lab_.log(row.id);
    EXPECT_NE(row.ended, Moment{});
    EXPECT_THAT(lab_.log(row.id), HasSubstr("*** Backup Error ***"));
  }
};

TEST_P(BadDaemons, AClientThatFailsFailsTheJob) {
  // What follows the last word on the job does not matter any more.
  for (std::size_t before = 0; before + 1 < packets_of_daemon(client_); ++before) {
    expect_failed(backup(never, before), "client", before);
  }
}

TEST_P(BadDaemons, AStorageThatFailsFailsTheJob) {
  for (std::size_t before = 0; before + 4 < packets_of_daemon(storage_); ++before) {
    const auto row = backup(before, never);
    expect_failed(row, "storage", before);
  }
}

INSTANTIATE_TEST_SUITE_P(Every, BadDaemons,
                         ::testing::Values(Misbehaviour::hang_up, Misbehaviour::break_off,
                                           Misbehaviour::garbage, Misbehaviour::wrong_reply,
                                           Misbehaviour::huge_length, Misbehaviour::half_packet),
                         [](const auto& test) {
                           std::string name(to_string(test.param));
                           std::replace(name.begin(), name.end(), ' ', '_');
                           return name;
                         });

TEST(Daemons, ThatAreNotThereFailTheJobAndSayWhich) {
  Lab lab;
  const auto row = lab.run(lab.request("mini"));
  EXPECT_EQ(row.status, JobStatus::fatal);
  EXPECT_THAT(lab.log(row.id), HasSubstr("Could not connect to Storage daemon \"File\": 127.0.0.1:9103: "));
}

TEST_F(Garbage, OfAClientIsNamedInTheLog) {
  const auto row = backup(never, 3);
  EXPECT_THAT(lab_.log(row.id), HasSubstr("While serving Client \"lab-fd\": Malformed message: "));
}

TEST_F(Garbage, OfAStorageIsNamedInTheLog) {
  const auto row = backup(8, never);
  EXPECT_THAT(lab_.log(row.id), HasSubstr("While serving Storage daemon \"File\": Malformed message: "));
}

}  // namespace
}  // namespace holdfast::director
