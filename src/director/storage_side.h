// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "director/catalog_service.h"
#include "director/connector.h"
#include "director/conversation.h"
#include "wire/director_to_storage.h"
#include "wire/storage_to_director.h"

namespace holdfast::director {

/// How long the daemons may take (interop 01, section 13, leaves it open).
struct ConversationLimits {
  std::chrono::milliseconds reply = std::chrono::minutes(35);  ///< to a command of the setup
  std::chrono::milliseconds silence{0};                        ///< while data flows; 0: for ever
  std::chrono::milliseconds after_cancel =
      std::chrono::seconds(30);  ///< for the last word of a cancelled job

  /// Waits for a reply or for data no longer than `limit`, which is Absolute Job Timeout; zero: changes nothing.
  ConversationLimits bounded_by(std::chrono::milliseconds limit) const;
};

/// The conversation with the Storage Daemon of one job (interop 03, section 3). The functions are called in
/// the order in which they stand; each throws Error where the daemon refuses or the connection fails.
class StorageSide {
 public:
  /// `on_loss` is called, on the thread of run(), where the daemon is lost before its last word.
  StorageSide(ActiveJob& job, const config::Storage& storage, CatalogService& service,
              transport::Connected connected, const Clock& clock, const ConversationLimits& limits,
              std::function<void()> on_loss);
  ~StorageSide();
  StorageSide(const StorageSide&) = delete;
  StorageSide& operator=(const StorageSide&) = delete;

  enum class Access { read, write };

  /// Null: as this job; else as the job that it makes.
  wire::storage::JobReply start_job(Access access, const catalog::JobRow* made = nullptr);
  /// The configured command, or "*None*".
  std::string secure_erase_command();
  void reserve(Access access);
  void send_bootstrap(std::string_view text);
  /// Waits for another Storage Daemon to bring what this one writes; a thread serves the daemon's requests.
  void listen_for_storage();
  /// The daemon is to connect to the one that writes what it reads.
  void replicate_to(const wire::Replicate& writer);
  /// For a client that opens no connections: the daemon is to connect to it.
  void connect_to_client(const wire::PassiveClient& client);
  /// From here on a thread of its own serves the daemon's requests.
  void run();
  /// "None", "TLS_CHACHA20_POLY1305_SHA256 TLSv1.3".
  /// Whether it is a Storage Daemon of Holdfast (docs/protocol/own-extensions.md).
  bool speaks_extensions() { return conversation_.stream().speaks_extensions(); }
  std::string encryption() { return conversation_.stream().encryption(); }
  void interrupt() noexcept { conversation_.interrupt(); }
  bool is_run() const { return thread_.joinable(); }

  /// Waits for the last word on the job; empty where there was none, and then the log tells why. After `stop`
  /// was requested it waits no longer than the limit for cancelled jobs.
  std::optional<wire::storage::JobEnd> wait_for_end(std::stop_token stop);

 private:
  struct Outcome {
    bool is_over = false;
    std::optional<wire::storage::JobEnd> end;
    std::string failure;
  };

  void serve_from_now_on(std::string_view command);
  JobLevel storage_level(Access access) const;
  void serve();
  std::optional<wire::storage::JobEnd> listen();
  void hear_goodbye() noexcept;

  ActiveJob& job_;
  const config::Storage& storage_;
  const ConversationLimits& limits_;
  std::function<void()> on_loss_;
  Conversation conversation_;
  Guarded<Outcome> outcome_;
  std::jthread thread_;
};

}  // namespace holdfast::director
