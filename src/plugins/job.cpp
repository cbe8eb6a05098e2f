// SPDX-License-Identifier: AGPL-3.0-or-later
#include "plugins/job.h"

#include <fmt/core.h>

#include "base/error.h"

namespace holdfast::plugins {

namespace {

constexpr std::size_t most_messages = 10'000;
constexpr std::size_t most_message_bytes = 16 * 1024 * 1024;
constexpr std::size_t most_other_bytes = 256 * 1024 * 1024;

/// Counts what is kept until it is taken.
void keep(std::size_t& kept, std::size_t more) {
  kept += more;
  if (kept > most_other_bytes)
    throw Error(ErrorKind::invalid,
                "The plugin names more files before it answers than the client remembers ({} bytes)",
                most_other_bytes);
}

}  // namespace

void MessageList::add(MessageType type, std::string text) {
  state_.with([&](State& state) {
    if (state.messages.size() >= most_messages || state.message_bytes + text.size() > most_message_bytes) {
      ++state.dropped;
    } else {
      state.message_bytes += text.size();
      state.messages.push_back({type, std::move(text)});
    }
  });
}

std::vector<Message> MessageList::take() {
  return state_.with([](State& state) {
    auto taken = std::exchange(state.messages, {});
    state.message_bytes = 0;
    if (const auto dropped = std::exchange(state.dropped, 0); dropped > 0)
      taken.push_back(
          {MessageType::warning, fmt::format("{} more messages of a plugin were dropped", dropped)});
    return taken;
  });
}

void MessageList::add_sighting(Sighting sighting) {
  state_.with([&](State& state) {
    keep(state.sighting_bytes, sizeof sighting + sighting.name.size());
    state.sightings.push_back(std::move(sighting));
  });
}

std::vector<Sighting> MessageList::take_sightings() {
  return state_.with([](State& state) {
    state.sighting_bytes = 0;
    return std::exchange(state.sightings, {});
  });
}

void MessageList::add_change(FileSetChange change) {
  state_.with([&](State& state) {
    keep(state.change_bytes, sizeof change);
    for (const auto& line : change.lines) keep(state.change_bytes, sizeof line + line.size());
    state.changes.push_back(std::move(change));
  });
}

std::vector<FileSetChange> MessageList::take_changes() {
  return state_.with([](State& state) {
    state.change_bytes = 0;
    return std::exchange(state.changes, {});
  });
}

}  // namespace holdfast::plugins
