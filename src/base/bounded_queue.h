// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <deque>
#include <optional>
#include <stop_token>

#include "base/guarded.h"

namespace holdfast {

/// Hands items from one thread to another, at most `depth` of them waiting.
template <typename T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t depth) : depth_(depth) {}

  /// Waits for room. False, and the item dropped, when the receiver gave up or `stop` was requested.
  bool push(T item, std::stop_token stop) {
    bool taken = false;
    state_.wait(
        stop, [&](const State& state) { return state.items.size() < depth_ || state.is_abandoned; },
        [&](State& state) {
          if (state.is_abandoned) return;
          state.items.push_back(std::move(item));
          taken = true;
        });
    return taken;
  }

  /// Waits for an item; nothing when the sender closed and all were taken.
  std::optional<T> pop() {
    std::optional<T> item;
    state_.wait(
        {}, [](const State& state) { return !state.items.empty() || state.is_closed; },
        [&](State& state) {
          if (state.items.empty()) return;
          item = std::move(state.items.front());
          state.items.pop_front();
        });
    return item;
  }

  /// The sender has no more.
  void close() {
    state_.with([](State& state) { state.is_closed = true; });
  }

  /// The receiver takes no more; what waits is dropped.
  void abandon() {
    state_.with([](State& state) {
      state.is_abandoned = true;
      state.items.clear();
    });
  }

 private:
  struct State {
    std::deque<T> items;
    bool is_closed = false;
    bool is_abandoned = false;
  };
  std::size_t depth_;
  Guarded<State> state_;
};

}  // namespace holdfast
