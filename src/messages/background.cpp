// SPDX-License-Identifier: AGPL-3.0-or-later
#include "messages/background.h"

namespace holdfast::messages {

Background::Background(std::size_t depth)
    : depth_(depth), thread_([this](const std::stop_token& stop) { work(stop); }) {}

Background::~Background() { finish(std::chrono::milliseconds(0)); }

bool Background::offer(Task task) {
  return state_.with([&](State& state) {
    if (state.is_over || state.tasks.size() >= depth_) return false;
    state.tasks.push_back(std::move(task));
    return true;
  });
}

std::size_t Background::finish(std::chrono::milliseconds patience) {
  state_.with([](State& state) { state.is_over = true; });
  const auto is_idle = [](const State& state) { return state.tasks.empty() && !state.is_busy; };
  state_.wait_for({}, patience, is_idle, [](State&) {});
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  return state_.with([](State& state) {
    const std::size_t left = state.tasks.size();
    state.tasks.clear();
    return left;
  });
}

void Background::work(const std::stop_token& stop) {
  Task task;
  const auto take = [&](State& state) {
    task = std::move(state.tasks.front());
    state.tasks.pop_front();
    state.is_busy = true;
  };
  while (state_.wait(
      stop, [](const State& state) { return !state.tasks.empty(); }, take)) {
    task(stop);
    task = {};
    state_.with([](State& state) { state.is_busy = false; });
  }
}

}  // namespace holdfast::messages
