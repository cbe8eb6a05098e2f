// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/pipeline.h"

namespace holdfast::archive {

namespace {

// A batch that once held more than this is not worth keeping.
constexpr std::size_t largest_kept_arena = 2 * 1024 * 1024;
constexpr std::size_t most_kept_batches = 16;
// Well below the 1024 files that a process may open by default.
constexpr std::size_t most_directories = 256;

}  // namespace

std::unique_ptr<Batch> Pipeline::fresh() {
  auto batch = state_.with([](State& state) -> std::unique_ptr<Batch> {
    if (state.unused.empty()) return nullptr;
    auto used = std::move(state.unused.back());
    state.unused.pop_back();
    return used;
  });
  return batch ? std::move(batch) : std::make_unique<Batch>();
}

bool Pipeline::put(std::unique_ptr<Batch> batch) {
  const auto add = [&](State& state) {
    const auto next = batch->is_prepared ? Entry::State::prepared : Entry::State::waiting;
    state.cost += batch->cost;
    state.directories += batch->finished.size();
    state.entries.push_back({std::move(batch), next});
  };
  const auto has_room = [&](const State& state) {
    const bool fits =
        state.cost + batch->cost <= memory_ && state.directories + batch->finished.size() <= most_directories;
    return state.entries.empty() || fits || state.failure;
  };
  if (state_.wait(stop_, has_room, add)) return true;
  // Workers may still be busy in directories that this batch would close.
  state_.with(add);
  return false;
}

void Pipeline::finish() {
  state_.with([](State& state) { state.is_finished = true; });
}

Batch* Pipeline::claim() {
  Batch* claimed = nullptr;
  const auto first_waiting = [](State& state) {
    return std::find_if(state.entries.begin(), state.entries.end(),
                        [](const Entry& entry) { return entry.state == Entry::State::waiting; });
  };
  const auto is_ready = [&](State& state) {
    return first_waiting(state) != state.entries.end() || state.is_finished || state.failure;
  };
  state_.wait(stop_, is_ready, [&](State& state) {
    const auto entry = first_waiting(state);
    if (entry == state.entries.end() || state.failure) return;
    entry->state = Entry::State::claimed;
    claimed = entry->batch.get();
  });
  return claimed;
}

void Pipeline::prepared(Batch& batch) {
  state_.with([&](State& state) {
    for (auto& entry : state.entries)
      if (entry.batch.get() == &batch) entry.state = Entry::State::prepared;
  });
}

std::unique_ptr<Batch> Pipeline::take() {
  std::unique_ptr<Batch> batch;
  std::exception_ptr failure;
  const auto is_ready = [](const State& state) {
    if (state.failure) return true;
    return state.entries.empty() ? state.is_finished : state.entries.front().state == Entry::State::prepared;
  };
  state_.wait(stop_, is_ready, [&](State& state) {
    failure = state.failure;
    if (failure || state.entries.empty()) return;
    batch = std::move(state.entries.front().batch);
    state.entries.pop_front();
  });
  if (failure) std::rethrow_exception(failure);
  return batch;
}

void Pipeline::sent(std::unique_ptr<Batch> batch) {
  const auto cost = batch->cost, directories = batch->finished.size();
  batch->clear();
  state_.with([&](State& state) {
    state.cost -= cost;
    state.directories -= directories;
    if (state.unused.size() < most_kept_batches && batch->arena.capacity() <= largest_kept_arena)
      state.unused.push_back(std::move(batch));
  });
}

void Pipeline::fail(std::exception_ptr reason) {
  state_.with([&](State& state) {
    if (!state.failure) state.failure = std::move(reason);
  });
}

}  // namespace holdfast::archive
