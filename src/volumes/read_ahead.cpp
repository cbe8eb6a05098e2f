// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/read_ahead.h"

#include <algorithm>
#include <utility>

namespace holdfast::volumes {
namespace {

constexpr std::size_t most_waiting = 8UL * 1024 * 1024;

}  // namespace

bool ReadAhead::State::is_to_read(std::uint64_t reached) const {
  if (waiting.empty() && is_asked) return true;
  const bool has_room = waiting.empty() || bytes < most_waiting;
  return has_begun && has_room && reached <= expected_end;
}

ReadAhead::ReadAhead(BlockReader& blocks)
    : blocks_(blocks), position_(blocks.position()), reading_([this] { read(); }) {}

ReadAhead::~ReadAhead() {
  state_.with([](State& state) { state.is_abandoned = true; });
}

void ReadAhead::read() {
  std::uint64_t reached = blocks_.position();
  bool has_failed = false;
  for (bool is_at_end = false; !is_at_end;) {
    auto order = await_order(reached, has_failed);
    if (order.is_end) return;
    auto item = read_item(std::move(order));
    reached = item.reached();
    has_failed = item.failure != nullptr;
    is_at_end = item.is_end();
    state_.with([&](State& state) {
      state.bytes += item.memory.size();
      state.is_asked = false;
      state.waiting.push_back(std::move(item));
    });
  }
}

/// After a failure, nothing is read before the caller skips it.
ReadAhead::Order ReadAhead::await_order(std::uint64_t reached, bool has_failed) {
  const auto skips = [&](const State& state) { return state.skip && *state.skip > reached; };
  const auto may_read = [&](const State& state) {
    return skips(state) ? state.is_to_read(*state.skip) : !has_failed && state.is_to_read(reached);
  };
  Order order;
  state_.wait(
      {}, [&](const State& state) { return state.is_abandoned || may_read(state); },
      [&](State& state) {
        order.is_end = state.is_abandoned;
        if (skips(state)) order.skip = state.skip;
        if (state.unused.empty()) return;
        order.memory = std::move(state.unused.back());
        state.unused.pop_back();
      });
  return order;
}

ReadAhead::Item ReadAhead::read_item(Order order) {
  Item item;
  item.memory = std::move(order.memory);
  try {
    item.start = order.skip.value_or(blocks_.position());
    if (order.skip) blocks_.go_to(*order.skip);
    blocks_.swap_buffer(item.memory);
    item.block = blocks_.next();
    item.behind = blocks_.position();
    item.damage = blocks_.take_damage();
  } catch (...) {
    item.failure = std::current_exception();
  }
  blocks_.swap_buffer(item.memory);
  return item;
}

const ReadAhead::Item& ReadAhead::front() {
  while (!front_ || (!front_->is_end() && front_->address() < target_)) {
    drop_front();
    state_.with([](State& state) {
      state.has_begun = true;
      state.is_asked = state.waiting.empty();
    });
    state_.wait(
        {}, [](const State& state) { return !state.waiting.empty(); },
        [&](State& state) {
          front_ = std::move(state.waiting.front());
          state.waiting.pop_front();
          state.bytes -= front_->memory.size();
        });
  }
  return *front_;
}

void ReadAhead::drop_front() {
  if (!front_) return;
  state_.with([&](State& state) { state.unused.push_back(std::move(front_->memory)); });
  front_.reset();
}

std::optional<Block> ReadAhead::next() {
  const auto& item = front();
  if (item.failure) std::rethrow_exception(item.failure);
  position_ = item.behind;
  damage_ += std::exchange(front_->damage, {});
  if (!item.block) return std::nullopt;
  const auto block = item.block;
  std::swap(looked_at_, front_->memory);
  drop_front();
  return block;
}

void ReadAhead::skip_to(std::uint64_t address) {
  if (address <= position_) return;
  position_ = target_ = address;
  state_.with([&](State& state) { state.skip = address; });
}

void ReadAhead::expect_end(std::uint64_t address) {
  if (std::exchange(expected_end_, address) == address) return;
  state_.with([&](State& state) { state.expected_end = address; });
}

bool ReadAhead::is_at_end() { return front().is_end(); }

}  // namespace holdfast::volumes
