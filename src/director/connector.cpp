// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/connector.h"

#include "transport/configured.h"

namespace holdfast::director {

template <typename Resource>
transport::Connected NetworkConnector::connect_to(const Resource& resource,
                                                  std::chrono::milliseconds give_up_after,
                                                  std::stop_token stop) {
  transport::Introduction who;
  who.conversation = transport::Conversation::director;
  who.name = director_;
  who.key = resource.password.text;
  who.policy = transport::tls_policy(resource.tls.enable, resource.tls.require);
  if (resource.tls.enable) who.tls = transport::tls_context(resource.tls);
  who.host = resource.address;
  transport::Reach reach;
  reach.port = static_cast<std::uint16_t>(resource.port);
  reach.give_up_after = give_up_after;
  reach.heartbeat = resource.heartbeat_interval;
  return transport::connect(who, reach, std::move(stop));
}

transport::Connected NetworkConnector::connect(const config::Client& client,
                                               std::chrono::milliseconds give_up_after,
                                               std::stop_token stop) {
  return connect_to(client, give_up_after, std::move(stop));
}

transport::Connected NetworkConnector::connect(const config::Storage& storage,
                                               std::chrono::milliseconds give_up_after,
                                               std::stop_token stop) {
  return connect_to(storage, give_up_after, std::move(stop));
}

}  // namespace holdfast::director
