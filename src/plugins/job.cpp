// SPDX-License-Identifier: AGPL-3.0-or-later
#include "plugins/job.h"

#include <fmt/core.h>

namespace holdfast::plugins {

namespace {
constexpr std::size_t most_messages = 10'000;
}

void MessageList::add(MessageType type, std::string text) {
  state_.with([&](State& state) {
    if (state.messages.size() >= most_messages) {
      ++state.dropped;
    } else {
      state.messages.push_back({type, std::move(text)});
    }
  });
}

std::vector<Message> MessageList::take() {
  return state_.with([](State& state) {
    auto taken = std::exchange(state.messages, {});
    if (const auto dropped = std::exchange(state.dropped, 0); dropped > 0)
      taken.push_back(
          {MessageType::warning, fmt::format("{} more messages of a plugin were dropped", dropped)});
    return taken;
  });
}

void MessageList::add_sighting(Sighting sighting) {
  state_.with([&](State& state) { state.sightings.push_back(std::move(sighting)); });
}

std::vector<Sighting> MessageList::take_sightings() {
  return state_.with([](State& state) { return std::exchange(state.sightings, {}); });
}

void MessageList::add_change(FileSetChange change) {
  state_.with([&](State& state) { state.changes.push_back(std::move(change)); });
}

std::vector<FileSetChange> MessageList::take_changes() {
  return state_.with([](State& state) { return std::exchange(state.changes, {}); });
}

}  // namespace holdfast::plugins
