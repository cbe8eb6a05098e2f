// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <algorithm>
#include <iterator>

#include "testing/transport/handshake_pair.h"

namespace holdfast::transport {

/// A conversation with one who connects and one who accepts, both willing; tests spoil what they are about.
struct World {
  static constexpr const char* key = "5ebe2294ecd0e0f08eab7690d2a6ee69";
  static constexpr const char* job = "BackupClient1.2026-11-22_21.51.40_18";

  explicit World(Conversation conversation, TlsPolicy connecting = TlsPolicy::required,
                 TlsPolicy accepting = TlsPolicy::required) {
    const auto& pair = *std::find_if(std::begin(pairs), std::end(pairs),
                                     [&](const Pair& p) { return p.conversation == conversation; });
    who.conversation = conversation;
    who.name = pair.connects;
    who.job = is_job(conversation) ? job : "";
    who.key = key;
    who.policy = connecting;
    who.tls = std::make_shared<crypto::TlsContext>(crypto::TlsSettings());
    who.host = "sd.example.org";
    who.times = test_times();
    settings.role = pair.role;
    settings.name = pair.accepts;
    settings.tls = std::make_shared<crypto::TlsContext>(crypto::TlsSettings());
    settings.times = test_times();
    know(conversation, is_job(conversation) ? job : who.name, accepting);
    if (conversation == Conversation::job_between_storages)
      know(Conversation::job_from_client, job, accepting);
  }

  void know(Conversation conversation, const std::string& name, TlsPolicy policy,
            const char* with_key = key) {
    known.add(conversation, name, {with_key, policy, policy});
  }

  AcceptSettings accept_settings() const {
    AcceptSettings with_peers = settings;
    with_peers.find_peer = known.lookup();
    return with_peers;
  }

  Outcome shake(StreamPair pair = memory_pair()) const {
    return shake_hands(std::move(pair), who, accept_settings());
  }

  struct Pair {
    Conversation conversation;
    Role role;
    const char* connects;
    const char* accepts;
  };
  static constexpr Pair pairs[] = {
      {Conversation::console, Role::director, "*UserAgent*", "bareos-dir"},
      {Conversation::director, Role::client, "my director", "bareos-fd"},
      {Conversation::client, Role::director, "bareos-fd", "bareos-dir"},
      {Conversation::job_from_client, Role::storage, "bareos-fd", "bareos-sd"},
      {Conversation::job_from_storage, Role::client, "bareos-sd", "bareos-fd"},
      {Conversation::job_between_storages, Role::storage, "bareos-sd", "bareos-sd"},
  };

  Introduction who;
  AcceptSettings settings;
  KnownPeers known;
};

}  // namespace holdfast::transport
