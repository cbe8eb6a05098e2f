// SPDX-License-Identifier: AGPL-3.0-or-later
#include "transport/limited_stream.h"

#include <algorithm>

namespace holdfast::transport {

namespace {
// What passes at once; small enough that slow lines flow evenly.
constexpr std::size_t step = 64 * 1024;
}  // namespace

LimitedStream::LimitedStream(std::unique_ptr<ByteStream> inner, Bandwidth limit)
    : ForwardingStream(std::move(inner)), state_(State{{limit, Allowance::Clock::now()}}) {}

void LimitedStream::set_limit(Bandwidth limit) {
  state_.with([&](State& state) { state.allowance = Allowance(limit, Allowance::Clock::now()); });
}

std::size_t LimitedStream::read(MutableBytes into) {
  const std::size_t count = inner().read(into.first(std::min(into.size(), step)));
  wait_for(count);
  return count;
}

void LimitedStream::write(Bytes data) {
  while (!data.empty()) {
    const Bytes part = data.first(std::min(data.size(), step));
    wait_for(part.size());
    inner().write(part);
    data = data.subspan(part.size());
  }
}

void LimitedStream::interrupt() noexcept {
  inner().interrupt();
  state_.with([](State& state) { state.interrupted = true; });
}

void LimitedStream::wait_for(std::size_t bytes) {
  const auto wait =
      state_.with([&](State& state) { return state.allowance.wait_for(bytes, Allowance::Clock::now()); });
  if (wait == Allowance::Clock::duration::zero()) return;
  state_.wait_for(
      {}, wait, [](const State& state) { return state.interrupted; }, [](State&) {});
}

}  // namespace holdfast::transport
