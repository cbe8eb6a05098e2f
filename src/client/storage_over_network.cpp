// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/storage_over_network.h"

#include "os/socket_address.h"
#include "transport/connect.h"

namespace holdfast::client {

std::unique_ptr<transport::Channel> StorageOverNetwork::connect(const Goal& goal, std::stop_token stop) {
  transport::Introduction who;
  who.conversation = transport::Conversation::job_from_client;
  who.name = self_.name;
  who.job = goal.job;
  who.key = goal.key;
  who.policy = transport::tls_policy(self_.tls.enable, self_.tls.require);
  who.first =
      goal.where.ssl == wire::immediate_tls ? transport::FirstBytes::tls : transport::FirstBytes::cleartext;
  who.tls = tls_;
  who.host = goal.where.address;

  transport::Reach reach;
  reach.port = goal.where.port;
  reach.give_up_after = self_.sd_connect_timeout;
  reach.heartbeat = self_.heartbeat_interval;
  if (!self_.source_address.empty()) reach.source = os::resolve(self_.source_address, 0).front();
  return transport::connect(who, reach, std::move(stop)).channel;
}

}  // namespace holdfast::client
