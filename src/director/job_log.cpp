// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/job_log.h"

#include "base/error.h"

namespace holdfast::director {

using catalog::Moment;

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
  state_.with([&](State& state) { state.delivery->close(is_good ? Ended::well : Ended::badly); });
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

// A catalog that fails must not silence the other destinations; the job itself meets the failure as well.
void JobLog::store(const State& state, const messages::Message& message) {
  if (!state.job) return;
  try {
    store_({state.job, message.time, std::string(message.text)});
  } catch (const Error&) {
  }
}

}  // namespace holdfast::director
