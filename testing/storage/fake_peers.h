// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "testing/storage/storage_world.h"
#include "testing/transport/memory_stream.h"
#include "testing/volumes/memory_catalog.h"
#include "testing/volumes/volume_world.h"
#include "wire/catalog_requests.h"
#include "wire/storage_to_director.h"

namespace holdfast::testing_support {

/// What a Director learned of a job.
struct JobOutcome {
  std::optional<wire::storage::JobEnd> end;  ///< nothing: no last word
  std::string messages;
  std::vector<StoredJobMedia> media;
  std::vector<volumes::CatalogRecord> attributes;
  std::optional<wire::RecordProof> proof;
  std::string key;
  VolumeSession session;

  bool is_good() const { return end && end->status == JobStatus::terminated && end->errors == 0; }
};

/// A client's half of a data connection.
class FakeClient {
 public:
  explicit FakeClient(transport::Channel& channel) : channel_(channel) {}

  /// The whole backup dialogue. Throws Error where the Storage Daemon answers otherwise than it must.
  void append(const std::vector<TestRecord>& records);
  /// The whole restore dialogue.
  std::vector<TestRecord> read();

  void begin_append();
  void send(const std::vector<TestRecord>& records);
  void end_append();
  /// The next packet; throws Error{network} for signals and the end.
  std::string receive();
  transport::Channel& channel() { return channel_; }

 private:
  void expect(std::string_view reply);

  transport::Channel& channel_;
};

/// A device of the daemon, as a job asks for it.
struct DeviceUse {
  std::string device = "FileStorage";
  std::string media_type = "File";
};

/// A job that reads from one device and writes to another.
struct CopyOrder {
  std::uint32_t job_id = 0;
  std::string bootstrap;
  JobType type = JobType::copy;
  JobLevel level = JobLevel::full;
  DeviceUse read{};
  DeviceUse write{"DeflateStorage", "FileZ"};
};

/// A Director with a catalog in memory, who runs jobs on the Storage Daemon of a world. May be used by several
/// threads at once.
class FakeDirector {
 public:
  using ClientPart = std::function<void(FakeClient&)>;

  FakeDirector(StorageWorld& world, MemoryCatalog& catalog) : world_(world), catalog_(catalog) {}

  /// What the client throws is lost: what counts is what the Director hears.
  JobOutcome back_up(std::uint32_t job_id, const ClientPart& client);
  JobOutcome restore(std::uint32_t job_id, const std::string& bootstrap, const ClientPart& client);

  JobOutcome copy(const CopyOrder& order);
  /// A job whose records another Storage Daemon brings; `ready` is told its name and key before it listens.
  JobOutcome listen(std::uint32_t job_id,
                    const std::function<void(const std::string& job, const std::string& key)>& ready);
  /// Reads for a job that another one writes.
  JobOutcome replicate(std::uint32_t job_id, const std::string& bootstrap, const std::string& writing_job,
                       const std::string& key);

  /// Makes the connection between client and daemon; empty: in memory.
  std::function<transport::StreamPair()> data_link;
  DeviceUse device;  ///< of jobs with a client
  bool speaks_extensions = false;
  /// Changes the command that starts a job.
  std::function<void(wire::StorageJobCommand&)> adjust;

  /// Called in the middle of each job when the Storage Daemon asks the catalog for the n-th time, from 0.
  std::function<void(int request, transport::Channel& channel)> interference;

 private:
  JobOutcome run(std::uint32_t job_id, JobType type, const std::string& bootstrap, const ClientPart& client);
  using Orders = std::function<void(transport::Channel&, JobOutcome&)>;
  JobOutcome run_without_client(const wire::StorageJobCommand& command, const Orders& orders);
  /// Asks for a device, and serves what the daemon asks before it has one.
  void reserve(JobOutcome& outcome, transport::Channel& channel, const DeviceUse& use, bool append);
  static void order_device(transport::Channel& channel, const DeviceUse& use, bool append);
  static void order_bootstrap(transport::Channel& channel, const std::string& bootstrap);
  void converse(JobOutcome& outcome, transport::Channel& channel, const wire::StorageJobCommand& command,
                const std::string& bootstrap);
  /// To the end, or to a reply that begins with `reply`.
  void serve_requests(JobOutcome& outcome, transport::Channel& channel, std::string_view reply = {});
  std::string answer(JobOutcome& outcome, std::string_view request);

  StorageWorld& world_;
  MemoryCatalog& catalog_;
};

/// The bootstrap a Director would send for what the job wrote.
std::string bootstrap_of(const JobOutcome& outcome, const std::string& media_type = "File");

}  // namespace holdfast::testing_support
