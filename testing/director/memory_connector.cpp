// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/director/memory_connector.h"

#include "base/error.h"

namespace holdfast::testing_support {

void MemoryConnector::add(Channels State::*to, std::unique_ptr<transport::Channel> channel) {
  state_.with([&](State& state) { (state.*to).push_back(std::move(channel)); });
}

transport::Connected MemoryConnector::take(Channels State::*from, const std::string& name) {
  transport::Connected connected;
  connected.first = transport::FirstBytes::cleartext;
  state_.with([&](State& state) {
    if ((state.*from).empty()) return;
    connected.channel = std::move((state.*from).front());
    (state.*from).pop_front();
  });
  if (!connected.channel) throw Error(ErrorKind::network, "nobody listens for {}", name);
  return connected;
}

transport::Connected MemoryConnector::connect(const config::Client& client, std::chrono::milliseconds,
                                              std::stop_token, const OnRetry&) {
  return take(&State::clients, client.name);
}

transport::Connected MemoryConnector::connect(const config::Storage& storage, std::chrono::milliseconds,
                                              std::stop_token, const OnRetry&) {
  return take(&State::storages, storage.name);
}

}  // namespace holdfast::testing_support
