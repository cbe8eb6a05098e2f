// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/restore_lane.h"

namespace holdfast::archive {

namespace {

constexpr std::size_t full_batch = 512 * 1024;
constexpr std::size_t most_entries = 512;
constexpr std::size_t most_waiting = 4;

}  // namespace

RestoreLane::RestoreLane(std::unique_ptr<RestoreEngine> engine, On thread)
    : engine_(std::move(engine)), on_(thread) {
  if (on_ == On::own_thread) thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void RestoreLane::record(const RecordHead& head, Bytes payload) {
  if (on_ == On::callers_thread) {
    engine_->record(head, payload);
    state_.with([&](State& state) { state.totals = engine_->totals(); });
    return;
  }
  auto& batch = *gathering_;
  batch.entries.push_back(
      {head, static_cast<std::uint32_t>(batch.bytes.size()), static_cast<std::uint32_t>(payload.size())});
  batch.bytes.append(payload);
  if (batch.bytes.size() >= full_batch || batch.entries.size() >= most_entries) hand_over();
}

void RestoreLane::hand_over() {
  const auto has_room = [](const State& state) {
    return state.waiting.size() < most_waiting || state.has_failed;
  };
  std::exception_ptr failure;
  state_.wait({}, has_room, [&](State& state) {
    failure = std::exchange(state.failure, nullptr);
    if (state.has_failed) return gathering_->clear();
    state.waiting.push_back(std::move(gathering_));
    if (state.unused.empty()) {
      gathering_ = std::make_unique<RecordBatch>();
    } else {
      gathering_ = std::move(state.unused.back());
      state.unused.pop_back();
    }
  });
  if (failure) std::rethrow_exception(failure);
}

void RestoreLane::drain() {
  std::exception_ptr failure;
  try {
    if (!gathering_->entries.empty()) hand_over();
  } catch (...) {
    failure = std::current_exception();
  }
  const auto is_idle = [](const State& state) {
    return !state.is_busy && (state.waiting.empty() || state.has_failed);
  };
  state_.wait({}, is_idle, [&](State& state) {
    if (state.failure) failure = std::exchange(state.failure, nullptr);
  });
  // The thread sleeps until the next batch, or for good: the engine is ours.
  engine_->finish_object();
  if (failure) std::rethrow_exception(failure);
}

RestoreTotals RestoreLane::progress() const {
  return state_.read([](const State& state) { return state.totals; });
}

void RestoreLane::run(const std::stop_token& stop) {
  std::unique_ptr<RecordBatch> batch;
  const auto is_there = [](const State& state) { return !state.waiting.empty() && !state.has_failed; };
  const auto take = [&](State& state) {
    batch = std::move(state.waiting.front());
    state.waiting.pop_front();
    state.is_busy = true;
  };
  while (state_.wait(stop, is_there, take)) {
    std::exception_ptr failure;
    try {
      work_off(*batch);
    } catch (...) {
      failure = std::current_exception();
    }
    batch->clear();
    state_.with([&](State& state) {
      state.is_busy = false;
      state.failure = failure;
      state.has_failed = failure != nullptr;
      state.totals = engine_->totals();
      state.unused.push_back(std::move(batch));
    });
  }
}

void RestoreLane::work_off(const RecordBatch& batch) {
  for (const auto& entry : batch.entries)
    engine_->record(entry.head, batch.bytes.view(entry.offset, entry.size));
}

}  // namespace holdfast::archive
