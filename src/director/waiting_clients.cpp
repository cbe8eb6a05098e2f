// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/waiting_clients.h"

#include <algorithm>

#include "base/error.h"

namespace holdfast::director {
namespace {

/// What is there already is all that matters.
constexpr std::chrono::milliseconds glance{1};
/// A client that comes again and again without ever going keeps no more than this.
constexpr std::size_t most_of_a_client = 50;

/// Whether nothing but data came, which means nothing while a connection waits; signals and ends mean that it is of no
/// use any more.
bool still_stands(transport::Channel& channel) {
  try {
    channel.set_timeout(glance);
    while (std::holds_alternative<transport::Packet>(channel.receive())) continue;
    return false;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::timeout) return false;
  }
  channel.set_timeout(std::chrono::milliseconds(0));
  return true;
}

transport::FirstBytes first_bytes(transport::Channel& channel) {
  return channel.stream().encryption() == "None" ? transport::FirstBytes::cleartext
                                                 : transport::FirstBytes::tls;
}

}  // namespace

void WaitingClients::keep(transport::Peer peer) {
  waiting_.with([&](ByName& waiting) {
    auto& connections = waiting[peer.name];
    drop_dead(connections);
    if (connections.size() >= most_of_a_client) connections.erase(connections.begin());
    connections.push_back({std::move(peer.channel), unix_seconds(clock_.now()), peer.protocol_version});
  });
}

void WaitingClients::drop_dead(std::vector<Waiting>& connections) {
  std::erase_if(connections, [](const Waiting& connection) { return !still_stands(*connection.channel); });
}

std::optional<transport::Connected> WaitingClients::take_from(ByName& waiting, const std::string& client) {
  const auto found = waiting.find(client);
  if (found == waiting.end()) return std::nullopt;
  auto& connections = found->second;
  while (!connections.empty()) {
    Waiting newest = std::move(connections.back());
    connections.pop_back();
    if (!still_stands(*newest.channel)) continue;
    transport::Connected connected;
    connected.peer = transport::Role::client;
    connected.protocol_version = newest.protocol_version;
    connected.first = first_bytes(*newest.channel);
    connected.channel = std::move(newest.channel);
    return connected;
  }
  return std::nullopt;
}

std::optional<transport::Connected> WaitingClients::take(const std::string& client) {
  return waiting_.with([&](ByName& waiting) { return take_from(waiting, client); });
}

transport::Connected WaitingClients::wait_for(const std::string& client, std::chrono::milliseconds limit,
                                              std::stop_token stop) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  std::optional<transport::Connected> taken;
  while (!taken) {
    const auto has_come = [&](const ByName& waiting) {
      const auto found = waiting.find(client);
      return found != waiting.end() && !found->second.empty();
    };
    const bool came = waiting_.wait_for(stop, deadline - std::chrono::steady_clock::now(), has_come,
                                        [&](ByName& waiting) { taken = take_from(waiting, client); });
    if (came) continue;
    if (stop.stop_requested())
      throw Error(ErrorKind::cancelled, "cancelled while waiting for the client to connect");
    throw Error(ErrorKind::timeout, "the client, which connects by itself, did not come within {} seconds",
                std::chrono::duration_cast<std::chrono::seconds>(limit).count());
  }
  return std::move(*taken);
}

bool WaitingClients::has(const std::string& client) {
  return waiting_.with([&](ByName& waiting) {
    const auto found = waiting.find(client);
    if (found == waiting.end()) return false;
    drop_dead(found->second);
    return !found->second.empty();
  });
}

std::vector<console::WaitingClient> WaitingClients::list() {
  return waiting_.with([](ByName& waiting) {
    std::vector<console::WaitingClient> listed;
    for (auto& [name, connections] : waiting) {
      drop_dead(connections);
      for (auto at = connections.rbegin(); at != connections.rend(); ++at)
        listed.push_back({name, at->since, at->protocol_version});
    }
    std::erase_if(waiting, [](const auto& item) { return item.second.empty(); });
    return listed;
  });
}

transport::Connected ConnectorWithWaiting::connect(const config::Client& client,
                                                   std::chrono::milliseconds give_up_after,
                                                   std::stop_token stop, const OnRetry& on_retry) {
  if (client.connection_from_client_to_director) {
    if (auto waiting = waiting_.take(client.name)) return std::move(*waiting);
    if (!client.connection_from_director_to_client)
      return waiting_.wait_for(client.name, give_up_after, std::move(stop));
  }
  return network_.connect(client, give_up_after, std::move(stop), on_retry);
}

}  // namespace holdfast::director
