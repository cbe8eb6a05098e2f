// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/daemon.h"

#include <list>
#include <thread>

#include "base/error.h"
#include "base/wait.h"
#include "os/system_name.h"
#include "selection/known_files_on_disk.h"
#include "transport/configured.h"

namespace holdfast::client {

using transport::Conversation;
using transport::KnownPeer;
using transport::TlsPolicy;

namespace {
// For status and cancel while as many jobs run as may; jobs are counted by their own command.
constexpr std::size_t connections_without_job = 20;
}  // namespace

Daemon::Daemon(DaemonParts parts)
    : parts_(std::move(parts)),
      tls_(transport::tls_context(parts_.configuration->client().tls)),
      storage_(parts_.configuration->client(), tls_),
      surroundings_{jobs_,
                    storage_,
                    parts_.files,
                    parts_.make_target,
                    parts_.clock,
                    tunable_,
                    parts_.clock.now(),
                    os::system_name().text,
                    os::system_name().platform,
                    parts_.configuration_has_warnings,
                    parts_.local,
                    parts_.python_modules} {
  transport::AcceptSettings accept;
  accept.role = transport::Role::client;
  accept.name = parts_.configuration->client().name;
  accept.tls = tls_;
  accept.find_peer = [this](Conversation conversation, std::string_view name) {
    return find_peer(conversation, name);
  };
  accept_ = std::make_shared<const transport::AcceptSettings>(std::move(accept));
}

void Daemon::serve(transport::Peer peer, std::stop_token stop) {
  if (peer.conversation == Conversation::job_from_storage) return take_storage(std::move(peer));
  const auto* director = parts_.configuration->find_director(peer.name);
  if (director == nullptr) throw Error(ErrorKind::refused, "unknown Director {}", peer.name);
  serve_director(surroundings_, *parts_.configuration, *director, std::move(peer.channel), std::move(stop));
}

transport::ServerLimits Daemon::limits() const {
  transport::ServerLimits limits;
  limits.connections = parts_.configuration->client().maximum_concurrent_jobs + connections_without_job;
  return limits;
}

void Daemon::run(std::stop_token stop, const std::function<void()>& listening) {
  selection::remove_stale_known_files(parts_.configuration->client().working_directory);
  const transport::Server server(
      transport::listen_addresses(parts_.configuration->client().addresses), [this] { return accept_; },
      [this](transport::Peer peer, std::stop_token ending) { serve(std::move(peer), std::move(ending)); },
      parts_.report, limits());
  listening();
  const auto standing = standing_connections();
  std::list<std::jthread> threads;
  for (const StandingConnection& connection : standing)
    threads.emplace_back([&connection](const std::stop_token& ending) { connection.run(ending); });
  wait_for(std::move(stop));
}

/// To the Directors that cannot, or shall not only, connect to us.
std::vector<StandingConnection> Daemon::standing_connections() {
  std::vector<StandingConnection> connections;
  for (const config::FileDaemonDirector& director : parts_.configuration->directors) {
    if (!director.connection_from_client_to_director || director.address.empty()) continue;
    connections.push_back(
        {director, parts_.configuration->client(), transport::tls_context(director.tls),
         [this, &director](std::unique_ptr<transport::Channel> channel, std::stop_token stop) {
           serve_director(surroundings_, *parts_.configuration, director, std::move(channel),
                          std::move(stop));
         },
         [this, &director](const Error& error) { parts_.report(director.name, error); }});
  }
  return connections;
}

std::optional<KnownPeer> Daemon::find_peer(Conversation conversation, std::string_view name) const {
  if (conversation == Conversation::director) return find_director(name);
  if (conversation == Conversation::job_from_storage) return find_job(name);
  return std::nullopt;
}

std::optional<KnownPeer> Daemon::find_director(std::string_view name) const {
  const auto* director = parts_.configuration->find_director(name);
  if (director == nullptr || !director->connection_from_director_to_client) return std::nullopt;
  KnownPeer known;
  known.key = director->password.text;
  known.policy = transport::tls_policy(director->tls.enable, director->tls.require);
  known.admission = known.policy;
  return known;
}

std::optional<KnownPeer> Daemon::find_job(std::string_view name) const {
  const auto record = jobs_.find(name);
  if (!record || record->has_storage) return std::nullopt;
  const auto identity = record->identity.read([](const JobRecord::Identity& found) { return found; });
  if (identity.key.empty() || identity.key == wire::no_authorization) return std::nullopt;
  const auto& tls = parts_.configuration->client().tls;
  KnownPeer known;
  known.key = identity.key;
  known.policy = transport::tls_policy(tls.enable, tls.require);
  known.admission = identity.ssl == wire::immediate_tls ? TlsPolicy::required : TlsPolicy::none;
  return known;
}

/// The session that waits for this Storage Daemon takes over the connection.
void Daemon::take_storage(transport::Peer peer) {
  const auto record = jobs_.find(peer.name);
  if (!record) throw Error(ErrorKind::refused, "the job {} is over", peer.name);
  record->incoming.with([&](std::unique_ptr<transport::Channel>& waiting) {
    if (!waiting) waiting = std::move(peer.channel);
  });
}

}  // namespace holdfast::client
