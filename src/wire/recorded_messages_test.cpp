// SPDX-License-Identifier: AGPL-3.0-or-later
// Every packet between daemons in the golden transcripts is read by one of the messages of this folder and
// written again to the same bytes. What is no message of wire is listed here with the reason.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

#include "testing/wire/transcript.h"
#include "wire/catalog_requests.h"
#include "wire/client_to_director.h"
#include "wire/client_to_storage.h"
#include "wire/director_to_client.h"
#include "wire/director_to_storage.h"
#include "wire/fileset_line.h"
#include "wire/handshake.h"
#include "wire/storage_console.h"
#include "wire/storage_to_director.h"

namespace holdfast::wire {
namespace {

using testing_support::RecordedPacket;
using From = RecordedPacket::From;
using Reads = bool (*)(std::string_view);

template <typename Message>
bool same_again(std::string_view text) {
  const auto decoded = decode<Message>(text);
  return decoded && encode(*decoded) == text;
}

bool same_update(std::string_view text) {
  const auto decoded = decode_attributes_update(as_bytes(text));
  return decoded && encode(*decoded) == text;
}

bool same_fileset_line(std::string_view text) {
  const auto decoded = decode_fileset_line(text);
  return decoded && encode(*decoded) == text;
}

template <const std::string_view& text>
bool is(std::string_view packet) {
  return packet == text;
}

const std::vector<Reads> handshake{
    same_again<DirectorHello>,
    same_again<StartJobHello>,
    same_again<StorageCallingHello>,
    same_again<AuthenticationChallenge>,
    is<authenticated>,
    same_again<ClientHelloReply>,
    is<storage_hello_reply>,
};

const std::vector<Reads> to_client{
    same_again<ClientJobCommand>,
    same_again<LevelCommand>,
    same_again<SinceCommand>,
    same_again<ClockReply>,
    same_again<FileSetCommand>,
    same_fileset_line,
    is<secure_erase_question>,
    same_again<RunScriptCommand>,
    is<run_before_now>,
    same_again<AccurateCommand>,
    same_again<AccurateFile>,
    same_again<StorageCommand>,
    same_again<BackupCommand>,
    same_again<RestoreCommand>,
    is<end_restore>,
    same_again<VerifyCommand>,
    same_again<EstimateCommand>,
    is<client_status_command>,
    // What the Storage Daemon says to a passive client:
    same_again<OpenReply>,
    is<ok_data>,
    is<ok_append_data>,
    is<ok_append_end>,
    same_again<CloseReply>,
};

const std::vector<Reads> from_client{
    same_again<JobMessage>,
    same_again<client::JobReply>,
    is<client::ok_level>,
    is<client::ok_file_set>,
    same_again<client::SecureEraseReply>,
    is<client::ok_run_script>,
    is<client::ok_run_before>,
    is<client::ok_storage>,
    is<client::ok_backup>,
    is<client::ok_restore>,
    is<client::ok_storage_end>,
    is<client::ok_verify>,
    same_again<client::VerifyAttributes>,
    same_again<client::VerifyDigest>,
    same_again<client::EstimateReply>,
    same_again<client::JobEnd>,
    same_again<client::Cancelled>,
    is<append_open>,
    same_again<AppendData>,
    same_again<StreamHeader>,
    same_again<AppendEnd>,
    same_again<AppendClose>,
};

const std::vector<Reads> to_storage{
    same_again<StorageJobCommand>,
    is<secure_erase_question>,
    same_again<UseStorage>,
    same_again<UseDevice>,
    is<run_command>,
    is<bootstrap_command>,
    same_again<PassiveClient>,
    same_again<CancelCommand>,
    same_again<VolumeLine>,
    is<no_media>,
    is<ok_create_job_media>,
    is<ok_delete_null_job_media>,
    is<ok_blast_attributes>,
    same_again<VolumeNotInCatalog>,
    same_again<VolumeRefused>,
    same_again<LabelCommand>,
    same_again<UnmountCommand>,
    same_again<ReleaseCommand>,
    same_again<MountCommand>,
    [](std::string_view text) { return same_again<MountCommand>(std::string(text) + "\n"); },
    same_again<StorageStatusCommand>,
    // From clients:
    is<append_open>,
    same_again<AppendData>,
    same_again<StreamHeader>,
    same_again<AppendEnd>,
    same_again<AppendClose>,
    same_again<ReadOpen>,
    same_again<ReadData>,
    same_again<ReadClose>,
};

const std::vector<Reads> from_storage{
    same_again<JobMessage>,
    same_again<storage::JobReply>,
    same_again<storage::SecureEraseReply>,
    same_again<storage::UseDeviceReply>,
    same_again<storage::StatusChange>,
    same_again<storage::JobStart>,
    same_again<FindMedia>,
    same_again<GetVolumeInfo>,
    same_again<UpdateMedia>,
    same_again<CreateJobMedia>,
    same_again<DeleteNullJobMedia>,
    same_update,
    same_again<storage::JobEnd>,
    is<storage::ok_bootstrap>,
    is<storage::ok_passive_client>,
    same_again<BlastAttributes>,
    same_again<LabelReply>,
    same_again<StorageCancelled>,
    // To clients:
    same_again<OpenReply>,
    is<ok_data>,
    is<ok_append_data>,
    is<ok_append_end>,
    same_again<CloseReply>,
    same_again<RecordHeader>,
};

/// What the packets that follow one are, where they are no messages.
struct Exempt {
  std::string_view after;
  enum class Until { end_of_data, one_packet } until;
  std::string_view reason;
};

const std::vector<Exempt> exempt_after{
    {"auth cram-md5", Exempt::Until::one_packet, "answer to a challenge: base64 and NUL, computed by crypto"},
    {"bootstrap\n", Exempt::Until::end_of_data, "bootstrap lines belong to format"},
    {"status", Exempt::Until::end_of_data, "status text for people"},
    {"estimate", Exempt::Until::end_of_data, "listing for people, ends with EstimateReply"},
    {"rechdr", Exempt::Until::one_packet, "record payload"},
};

/// Texts for people, told by their beginnings.
const std::vector<std::string_view> exempt_texts{"3906 File device", "3901 Device", "3921 Device", "3001 "};

bool is_stream_header(const RecordedPacket& packet) {
  return !packet.signal && same_again<StreamHeader>(packet.payload) && packet.payload.ends_with(" 0");
}

class Connection {
 public:
  /// Empty where the packet was understood.
  std::string read(const RecordedPacket& packet) {
    if (packet.signal) {
      exempt_until_signal_ = false;
      return {};
    }
    if (exempt_packets_ > 0 && packet.from != last_) return --exempt_packets_, std::string();
    if (exempt_packets_ > 0 && after_header_) return --exempt_packets_, std::string();
    const bool exempt = exempt_until_signal_;
    note(packet);
    if (exempt) return {};
    return understood(packet) ? std::string() : packet.payload.substr(0, 120);
  }

 private:
  void note(const RecordedPacket& packet) {
    last_ = packet.from;
    after_header_ = packet.payload.starts_with("rechdr");
    if (is_stream_header(packet)) exempt_until_signal_ = true;
    for (const Exempt& exempt : exempt_after) {
      if (!packet.payload.starts_with(exempt.after)) continue;
      if (exempt.until == Exempt::Until::end_of_data) exempt_until_signal_ = true;
      if (exempt.until == Exempt::Until::one_packet) exempt_packets_ = 1;
    }
  }

  static bool understood(const RecordedPacket& packet) {
    const auto by = [&packet](const std::vector<Reads>& table) {
      return std::any_of(table.begin(), table.end(), [&](Reads reads) { return reads(packet.payload); });
    };
    const auto begins = [&packet](std::string_view text) { return packet.payload.starts_with(text); };
    if (by(handshake) || std::any_of(exempt_texts.begin(), exempt_texts.end(), begins)) return true;
    if (packet.listener == "filedaemon") return by(packet.from == From::connector ? to_client : from_client);
    return by(packet.from == From::connector ? to_storage : from_storage);
  }

  bool exempt_until_signal_ = false;
  bool after_header_ = false;
  int exempt_packets_ = 0;
  From last_ = From::connector;
};

class RecordedMessages : public testing::TestWithParam<std::string> {};

TEST_P(RecordedMessages, AreReadAndWrittenAgainToTheSameBytes) {
  const auto transcript = testing_support::read_transcript(GetParam());
  if (!transcript) GTEST_SKIP() << "no golden recordings";
  std::map<int, Connection> connections;
  for (const RecordedPacket& packet : transcript->packets) {
    if (packet.listener == "director") continue;  // the console's dialogue is text for people and JSON
    EXPECT_EQ(connections[packet.connection].read(packet), "") << "connection " << packet.connection;
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, RecordedMessages, testing::ValuesIn(testing_support::transcript_names()),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RecordedMessages);

}  // namespace
}  // namespace holdfast::wire
