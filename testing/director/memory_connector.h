// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "director/connector.h"

namespace holdfast::testing_support {

/// Gives out the connections it was given, in order; where none is left, nobody listens.
class MemoryConnector final : public director::Connector {
 public:
  void add_client(std::unique_ptr<transport::Channel> channel) { add(&State::clients, std::move(channel)); }
  void add_storage(std::unique_ptr<transport::Channel> channel) { add(&State::storages, std::move(channel)); }
  /// Forgets those that nobody took.
  void clear() {
    state_.with([](State& state) { state = {}; });
  }

  transport::Connected connect(const config::Client& client, std::chrono::milliseconds give_up_after,
                               std::stop_token stop, const OnRetry& on_retry = {}) override;
  transport::Connected connect(const config::Storage& storage, std::chrono::milliseconds give_up_after,
                               std::stop_token stop, const OnRetry& on_retry = {}) override;
  void forget() override {}

 private:
  using Channels = std::deque<std::unique_ptr<transport::Channel>>;
  struct State {
    Channels clients;
    Channels storages;
  };

  void add(Channels State::*to, std::unique_ptr<transport::Channel> channel);
  transport::Connected take(Channels State::*from, const std::string& name);

  Guarded<State> state_;
};

}  // namespace holdfast::testing_support
