// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "director/client_side.h"
#include "director/job_end.h"
#include "director/storage_side.h"

namespace holdfast::director {

/// What backup and restore have in common: a conversation with a Storage Daemon, one with a client, and what
/// happens to one of them when the other fails or the job is cancelled.
class DataJob {
 public:
  DataJob(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog, std::string_view what);
  DataJob(const DataJob&) = delete;
  DataJob& operator=(const DataJob&) = delete;

  /// Runs `talk` between the daemons, and then waits for the storage's last word. Whatever fails ends in the
  /// log, the status and the outcome.
  JobOutcome run(const std::function<void(DataJob&)>& talk);

  /// Connects and introduces the job; fills session and key. Null: the storage of the plan.
  /// Null: as this job; else as the job that it makes.
  void start_storage(StorageSide::Access access, const config::Storage* storage = nullptr,
                     const catalog::JobRow* made = nullptr);
  void ask_storage_erase_command();
  /// Waits until the present storage has ended its part, so that the next one can be started. Throws where it did not
  /// end well.
  void end_storage_part();
  void start_client();
  /// Null: that of the job.
  void send_fileset(const config::FileSet* fileset = nullptr);
  /// Scripts of the client. Throws, and the log says why, where one before the job failed.
  void send_scripts();
  /// From here on the storage serves the client.
  void run_storage();
  /// From here on the storage waits for another one to bring what it writes.
  void listen_for_storage();
  /// The client's last word on the job.
  void hear_client_end();

  /// The other daemon fails or the job is cancelled: no more is to be expected of this conversation either.
  void give_up() { client_has_failed_ = true; }

  StorageSide& storage() { return *storage_; }
  ClientSide& client() { return *client_; }
  const config::Storage& storage_resource() const { return *storage_resource_; }
  const std::string& key() const { return key_; }
  JobOutcome& outcome() { return outcome_; }
  CatalogService& service() { return service_; }

 private:
  template <typename Daemon>
  transport::Connected connect(std::string_view who, const Daemon& daemon,
                               std::chrono::milliseconds patience);
  template <typename Daemon>
  Connector::OnRetry say_retries(std::string who, const Daemon& daemon);
  void say_connected(std::string_view who, std::string_view host, std::uint32_t port,
                     std::string_view encryption);
  /// Those a conversation is going on with and whom another thread may interrupt.
  struct Talking {
    ClientSide* client = nullptr;
    StorageSide* storage = nullptr;  ///< only until it runs: from then on its last word is awaited
  };

  bool is_consequence(const Error& error) const;
  void interrupt();
  void add_storage_end(std::optional<wire::storage::JobEnd> end);
  void hear_storage_end();

  ActiveJob& job_;
  JobSurroundings& surroundings_;
  catalog::Catalog& catalog_;
  std::string_view what_;
  const ConversationLimits limits_;
  std::unique_ptr<catalog::Catalog> storage_catalog_;
  CatalogService service_;
  MessageService messages_;
  std::string key_;
  JobOutcome outcome_;
  bool client_has_failed_ = false;
  bool client_has_ended_ = false;  ///< the job, by itself: a cancel could only end its last scripts
  const config::Storage* storage_resource_ = nullptr;  ///< of the conversation that goes on
  std::string storage_job_;                            ///< under which name it knows the job
  std::unique_ptr<ClientSide> client_;
  Guarded<Talking> talking_;
  std::unique_ptr<StorageSide> storage_;  ///< last: its thread uses what stands above
};

}  // namespace holdfast::director
