// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/job_log.h"

#include <utility>

#include "base/error.h"

namespace holdfast::director {

using catalog::Moment;

namespace {

constexpr std::size_t most_unstored = 10'000;
/// A catalog that takes long to fail is tried for a fifth of the time at most: other messages wait for that.
constexpr int pauses_for_a_try = 4;

}  // namespace

JobLog::JobLog(const Clock& clock, std::string director, const config::Messages* messages,
               ConsoleMessages& console, messages::Outlets& outlets, const std::string& log_format,
               Store store)
    : clock_(clock), director_(std::move(director)), store_(std::move(store)) {
  state_.with([&](State& state) {
    // Called from deliver(), under the lock.
    messages::Sinks sinks;
    sinks.console = [&console](std::string_view line) { console.add(line); };
    sinks.catalog = [this, &state](const messages::Message& message) { this->store(state, message); };
    state.delivery = std::make_unique<messages::Delivery>(messages, outlets, log_format, std::move(sinks));
  });
}

void JobLog::set_job(JobId job, std::string unique_name) {
  state_.with([&](State& state) {
    state.job = job;
    state.delivery->collect_mail(std::move(unique_name));
  });
}

void JobLog::use_codes(messages::Codes codes) {
  state_.with([&](State& state) { state.delivery->use_codes(std::move(codes)); });
}

void JobLog::close(bool is_good) {
  using Ended = messages::Delivery::Ended;
  state_.with([&](State& state) {
    state.delivery->close(is_good ? Ended::well : Ended::badly);
    store_what_waits(state);
  });
}

std::vector<catalog::LogRow> JobLog::take_unstored() {
  return state_.with([&](State& state) {
    const auto kept = std::exchange(state.unstored, {});
    std::vector<catalog::LogRow> rows(kept.begin(), kept.end());
    if (state.left_out > 0) rows.push_back(about_left_out(state));
    state.left_out = 0;
    return rows;
  });
}

void JobLog::add(MessageType type, std::string_view text) {
  const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now());
  state_.with([&](State& state) {
    if (type == MessageType::fatal) state.counts.is_fatal = true;
    if (type == MessageType::fatal || type == MessageType::error) ++state.counts.errors;
    if (type == MessageType::warning) ++state.counts.warnings;
    const std::string whole =
        fmt::format("{} JobId {}: {}{}", director_, state.job.value, message_prefix(type), text);
    state.delivery->deliver({.type = type, .time = now, .text = whole, .job = state.job});
  });
}

void JobLog::relay(const wire::JobMessage& message) {
  constexpr std::int64_t without_time = 1;
  const bool has_moment = message.time > without_time;
  const Moment time = has_moment ? Moment(std::chrono::seconds(message.time))
                                 : std::chrono::floor<std::chrono::seconds>(clock_.now());
  state_.with([&](State& state) {
    state.delivery->deliver({.type = message.type,
                             .time = time,
                             .has_time = message.time != without_time,
                             .text = message.text,
                             .job = state.job});
  });
}

JobLog::Counts JobLog::counts() const {
  return state_.read([](const State& state) { return state.counts; });
}

// A catalog that fails must not silence the other destinations; the job itself meets the failure as well. What it does not
// take is kept for when it does.
void JobLog::store(State& state, const messages::Message& message) {
  if (!state.job) return;
  if (state.unstored.size() < most_unstored)
    state.unstored.push_back({state.job, message.time, std::string(message.text)});
  else
    ++state.left_out;
  if (std::chrono::steady_clock::now() >= state.next_try) store_what_waits(state);
}

void JobLog::store_what_waits(State& state) {
  const auto began = std::chrono::steady_clock::now();
  try {
    for (; !state.unstored.empty(); state.unstored.pop_front()) store_(state.unstored.front());
    if (state.left_out == 0) return;
    store_(about_left_out(state));
    state.left_out = 0;
  } catch (const Error&) {
    const auto now = std::chrono::steady_clock::now();
    state.next_try = now + pauses_for_a_try * (now - began);
  }
}

catalog::LogRow JobLog::about_left_out(const State& state) const {
  return {state.job, std::chrono::floor<std::chrono::seconds>(clock_.now()),
          fmt::format("{} JobId {}: {} more messages were left out while the catalog could not be written.\n",
                      director_, state.job.value, state.left_out)};
}

}  // namespace holdfast::director
