// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/connector.h"

#include "transport/configured.h"

namespace holdfast::director {
namespace {

template <typename Resource>
transport::Introduction introduction(const std::string& director, const Resource& resource) {
  transport::Introduction who;
  who.conversation = transport::Conversation::director;
  who.name = director;
  who.key = resource.password.text;
  who.policy = transport::tls_policy(resource.tls.enable, resource.tls.require);
  if (resource.tls.enable) who.tls = transport::tls_context(resource.tls);
  who.host = resource.address;
  return who;
}

template <typename Resource>
transport::Reach reach_of(const Resource& resource, std::chrono::milliseconds give_up_after,
                          const Connector::OnRetry& on_retry) {
  transport::Reach reach;
  reach.port = static_cast<std::uint16_t>(resource.port);
  reach.give_up_after = give_up_after;
  reach.heartbeat = resource.heartbeat_interval;
  reach.on_retry = on_retry;
  return reach;
}

}  // namespace

transport::Connected NetworkConnector::connect(const config::Client& client,
                                               std::chrono::milliseconds give_up_after, std::stop_token stop,
                                               const OnRetry& on_retry) {
  auto who = introduction(director_, client);
  const auto reach = reach_of(client, give_up_after, on_retry);
  // Only then there is a choice; what was learned must never stand against a policy that was changed meanwhile.
  if (who.policy != transport::TlsPolicy::allowed) return transport::connect(who, reach, std::move(stop));
  who.fallback = transport::Fallback::cleartext;
  who.first = worked_.read([&](const auto& worked) {
    const auto found = worked.find(client.name);
    return found == worked.end() ? transport::FirstBytes::by_policy : found->second;
  });
  auto connected = transport::connect(who, reach, std::move(stop));
  worked_.with([&](auto& worked) { worked[client.name] = connected.first; });
  return connected;
}

transport::Connected NetworkConnector::connect(const config::Storage& storage,
                                               std::chrono::milliseconds give_up_after, std::stop_token stop,
                                               const OnRetry& on_retry) {
  return transport::connect(introduction(director_, storage), reach_of(storage, give_up_after, on_retry),
                            std::move(stop));
}

void NetworkConnector::forget() {
  worked_.with([](auto& worked) { worked.clear(); });
}

}  // namespace holdfast::director
