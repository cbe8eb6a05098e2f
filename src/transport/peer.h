// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "transport/channel.h"

namespace holdfast::transport {

/// Which of the programs one is.
enum class Role { director, storage, client, console };

/// The conversations of interop 01, section 3, told apart by their Hello.
enum class Conversation {
  console,               ///< console or tray monitor to Director
  director,              ///< Director or tray monitor to File Daemon or Storage Daemon
  client,                ///< File Daemon to Director, which keeps the connection waiting
  job_from_client,       ///< File Daemon to Storage Daemon
  job_from_storage,      ///< Storage Daemon to a passive File Daemon
  job_between_storages,  ///< Storage Daemon that reads to the one that writes
};

constexpr bool is_job(Conversation conversation) { return conversation >= Conversation::job_from_client; }

/// Of a resource that has TLS Enable and TLS Require; the number is what `ssl=` carries in a challenge.
enum class TlsPolicy { none = 0, allowed = 1, required = 2 };

constexpr TlsPolicy tls_policy(bool enable, bool require) {
  if (!enable) return TlsPolicy::none;
  return require ? TlsPolicy::required : TlsPolicy::allowed;
}

/// The name of the console that has no resource of its own.
inline constexpr std::string_view default_console = "*UserAgent*";

/// What the accepting side knows about a peer it is willing to talk to.
struct KnownPeer {
  std::string key;                         ///< stored password, or authorisation key of the job
  TlsPolicy policy = TlsPolicy::required;  ///< of the resource describing the peer; own resource for jobs
  TlsPolicy admission =
      TlsPolicy::required;  ///< none admits a cleartext Hello (section 4). Equals `policy`, but for
                            ///< jobs: none on a Storage Daemon, by `ssl=` on a File Daemon
  enum class Reply {
    at_once,
    by_handler
  } reply = Reply::at_once;  ///< by_handler: logins that go on, such as PAM
};

/// Looks up a peer by what it calls itself; for jobs the name is the unique job name. Nothing: refused.
/// Called from any thread, possibly more than once for a connection.
using FindPeer = std::function<std::optional<KnownPeer>(Conversation, std::string_view name)>;

/// How long the handshake waits (section 8). Tests shorten them.
struct HandshakeTimes {
  std::chrono::milliseconds answer = std::chrono::seconds(180);       ///< each answer of the peer
  std::chrono::milliseconds whole = std::chrono::seconds(600);        ///< up to the last reply
  std::chrono::milliseconds failure_pause = std::chrono::seconds(5);  ///< before hanging up on a wrong key
  std::chrono::milliseconds first_bytes = std::chrono::seconds(30);   ///< TLS and Hello of somebody unknown
  std::chrono::milliseconds console_reply =
      std::chrono::seconds(30);  ///< each reply of a Director to a console
};

/// Somebody who connected to us and proved to know the key.
struct Peer {
  Conversation conversation = Conversation::console;
  std::string name;          ///< of the resource, or the unique job name; spaces are spaces
  int protocol_version = 0;  ///< of a client that connected to a Director; 0 where it told none
  int console_version = 0;   ///< 2501 for 25.1.0; 0 where it told none
  std::unique_ptr<Channel> channel;
};

}  // namespace holdfast::transport
