// SPDX-License-Identifier: AGPL-3.0-or-later
// Verify jobs whose client says something else than the catalog.
#include <gmock/gmock.h>

#include "base/text.h"
#include "testing/base/golden.h"
#include "testing/catalog/both_databases.h"
#include "testing/director/job_replay.h"
#include "testing/director/scripted_daemon.h"

namespace holdfast::director {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using std::string_literals::operator""s;
using namespace testing_support;

constexpr std::size_t never = ~std::size_t{0};

/// One recorded backup, which is verified.
class Verify : public catalog::OnBothDatabases {
 protected:
  void SetUp() override {
    catalog::OnBothDatabases::SetUp();
    if (IsSkipped()) return;
    const auto transcript = read_transcript("verify-disk-to-catalog");
    if (!transcript) GTEST_SKIP() << "no golden recordings";
    client_ = recorded_conversation(*transcript, "filedaemon");
    lab_ = std::make_unique<Lab>(recorded_job_resources(), GetParam());
    ASSERT_THAT(replay(recorded_jobs().front(), *lab_).differences, ::testing::IsEmpty());
  }

  /// Whatever the Director says, the client tells its files.
  catalog::JobRow verify(const char* job = "verifydisk") {
    ScriptedDaemon client(client_, never, Misbehaviour::hang_up);
    lab_->connector.add_client(client.channel());
    auto request = lab_->request(job);
    request.verify_job = request.job->job_to_verify;
    return lab_->run(request);
  }

  void replace(std::string_view what, std::string_view with) {
    for (RecordedPacket& packet : client_) packet.payload = replace_all(packet.payload, what, with);
  }

  std::size_t end_of_list() const {
    for (std::size_t i = client_.size(); i-- > 0;)
      if (client_[i].signal == wire::Signal::end_of_data) return i;
    return 0;
  }

  std::unique_ptr<Lab> lab_;
  std::vector<RecordedPacket> client_;
};

INSTANTIATE_TEST_SUITE_P(Databases, Verify, catalog::both_databases(), catalog::name_of_database);

TEST_P(Verify, NamesEveryDifferenceOnceUnderTheFile) {
  replace(" V /srv", " VVsm5 /srv");
  const auto row = verify();
  EXPECT_EQ(row.status, JobStatus::differences);
  const std::string dir = "lab-dir JobId 2: ";
  EXPECT_THAT(lab_->log(row.id),
              HasSubstr(dir + "File: /srv/demo/mini/text.txt\n" + dir +
                        "      st_size  differ. Cat: 4000 File: 4008\n" + dir + "      st_mtime differs\n" +
                        dir + "      MD5 differs. File=bIuUcjeou1FSlpegl8GFTw Cat=AUUwOVBBDgebeW0bo6MKQA\n"));
  EXPECT_THAT(lab_->log(row.id), HasSubstr("Verify Differences"));
}

TEST_P(Verify, ComparesOnlyWhatTheFileSetAsksFor) {
  replace(" V /srv", " VVi /srv");
  EXPECT_THAT(lab_->log(verify().id), Not(HasSubstr("text.txt")));
}

TEST_P(Verify, NamesWhatIsNewAndWhatLacks) {
  RecordedPacket packet;
  packet.from = RecordedPacket::From::listener;
  packet.payload =
      "10 1 V /srv/demo/mini/young\0P4A FARt IGk B A A A F BAA I BrA2PK BfXhAA BrA2PE A A A\0\0"s;
  client_.insert(client_.begin() + static_cast<std::ptrdiff_t>(end_of_list()), packet);
  const auto row = verify();
  EXPECT_EQ(row.status, JobStatus::differences);
  EXPECT_THAT(lab_->log(row.id), HasSubstr("New file: /srv/demo/mini/young\n"));
  EXPECT_THAT(lab_->log(row.id),
              HasSubstr("Warning: The following files are in the Catalog but not on disk:\n"
                        "lab-dir JobId 2:       /srv/demo/mini/empty\n"));
  EXPECT_THAT(lab_->log(row.id), HasSubstr("Files Examined:         10\n"));
}

TEST_P(Verify, FailsWhereTheClientSaysWhatIsNoFile) {
  replace("3 1 V /srv", "3 2 V /srv");
  const auto row = verify();
  EXPECT_EQ(row.status, JobStatus::fatal);
  EXPECT_THAT(lab_->log(row.id), HasSubstr("the client sent what is no file to verify"));
  EXPECT_THAT(lab_->log(row.id), HasSubstr("*** Verify Error ***"));
}

TEST_P(Verify, NeedsAnInitCatalogBeforeACatalog) {
  auto request = lab_->request("verifyinit");
  request.level = JobLevel::verify_catalog;
  const auto row = lab_->run(request);
  EXPECT_EQ(row.status, JobStatus::fatal);
  EXPECT_THAT(lab_->log(row.id), HasSubstr("Fatal error: Unable to find JobId of previous InitCatalog Job.\n"
                                           "Please run a Verify with Level=InitCatalog before\n"
                                           "running the current Job.\n"));
}

TEST_P(Verify, ComparesWithTheLastInitCatalogOfTheJob) {
  ASSERT_EQ(verify("verifyinit").status, JobStatus::terminated);
  ScriptedDaemon client(client_, never, Misbehaviour::hang_up);
  lab_->connector.add_client(client.channel());
  auto request = lab_->request("verifyinit");
  request.level = JobLevel::verify_catalog;
  const auto row = lab_->run(request);
  EXPECT_EQ(row.status, JobStatus::terminated);
  EXPECT_THAT(lab_->log(row.id), HasSubstr("Verifying against JobId=2 Job=verifyinit."));
}

TEST_P(Verify, OfDataIsRefusedByAClientOfThePeer) {
  const auto transcript = read_transcript("verify-volume-to-catalog");
  client_ = recorded_conversation(*transcript, "filedaemon");
  const auto accepted = std::find_if(client_.begin(), client_.end(), [](const RecordedPacket& packet) {
    return packet.payload == "2000 OK verify\n";
  });
  RecordedPacket refusal = *accepted;
  refusal.payload = "2994 Bad verify level: \n";
  client_.insert(accepted + 1, refusal);
  ScriptedDaemon storage(recorded_conversation(*transcript, "storage"), never, Misbehaviour::hang_up);
  lab_->connector.add_storage(storage.channel());
  ScriptedDaemon client(client_, never, Misbehaviour::hang_up);
  lab_->connector.add_client(client.channel());
  auto request = lab_->request("verifycat");
  request.level = JobLevel::verify_data;
  const auto row = lab_->run(request);
  EXPECT_EQ(row.status, JobStatus::fatal);
  EXPECT_THAT(lab_->log(row.id), HasSubstr("Level Data needs a File Daemon of Holdfast."));
}

/// Clients that fail in the middle of a verify job.
class BadVerify : public ::testing::TestWithParam<Misbehaviour> {};

TEST_P(BadVerify, EndsInErrorWhereverItHappens) {
  const auto transcript = read_transcript("verify-init-catalog");
  if (!transcript) GTEST_SKIP() << "no golden recordings";
  const auto packets = recorded_conversation(*transcript, "filedaemon");
  Lab lab(recorded_job_resources());
  lab.limits.reply = lab.limits.silence = std::chrono::milliseconds(40);
  lab.restart();
  for (std::size_t before = 0; before + 1 < packets_of_daemon(packets); ++before) {
    ScriptedDaemon client(packets, before, GetParam());
    lab.connector.add_client(client.channel());
    const auto row = lab.run(lab.request("verifyinit"));
    lab.connector.clear();
    EXPECT_THAT(row.status, ::testing::AnyOf(JobStatus::fatal, JobStatus::error_terminated))
        << to_string(GetParam()) << " before packet " << before << '\n'
        << lab.log(row.id);
    EXPECT_THAT(lab.log(row.id), HasSubstr("*** Verify Error ***"));
  }
}

INSTANTIATE_TEST_SUITE_P(Every, BadVerify,
                         ::testing::Values(Misbehaviour::hang_up, Misbehaviour::break_off,
                                           Misbehaviour::garbage, Misbehaviour::wrong_reply,
                                           Misbehaviour::huge_length, Misbehaviour::half_packet),
                         [](const auto& test) {
                           return replace_all(std::string(to_string(test.param)), " ", "_");
                         });

}  // namespace
}  // namespace holdfast::director
