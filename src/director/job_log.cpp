// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/job_log.h"

#include "base/error.h"

namespace holdfast::director {

using catalog::Moment;

JobLog::JobLog(const Clock& clock, std::string director, const config::Messages* messages,
               ConsoleMessages& console, const std::string& log_format, catalog::CatalogOpener open_catalog)
    : clock_(clock), director_(std::move(director)), open_catalog_(std::move(open_catalog)) {
  state_.with([&](State& state) {
    // Called from deliver(), under the lock.
    const auto to_catalog = [this, &state](const Delivered& message) { store(state, message); };
    state.delivery = std::make_unique<MessageDelivery>(messages, console, log_format, to_catalog);
  });
}

void JobLog::set_job(JobId job) {
  state_.with([&](State& state) { state.job = job; });
}

void JobLog::add(MessageType type, std::string_view text) {
  const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now());
  state_.with([&](State& state) {
    if (type == MessageType::fatal) state.counts.is_fatal = true;
    if (type == MessageType::fatal || type == MessageType::error) ++state.counts.errors;
    if (type == MessageType::warning) ++state.counts.warnings;
    const std::string whole =
        fmt::format("{} JobId {}: {}{}", director_, state.job.value, message_prefix(type), text);
    state.delivery->deliver({type, now, true, whole});
  });
}

void JobLog::relay(const wire::JobMessage& message) {
  constexpr std::int64_t without_time = 1;
  const bool has_moment = message.time > without_time;
  const Moment time = has_moment ? Moment(std::chrono::seconds(message.time))
                                 : std::chrono::floor<std::chrono::seconds>(clock_.now());
  state_.with([&](State& state) {
    state.delivery->deliver({message.type, time, message.time != without_time, message.text});
  });
}

JobLog::Counts JobLog::counts() const {
  return state_.read([](const State& state) { return state.counts; });
}

// A catalog that fails must not silence the other destinations; the job itself meets the failure as well.
void JobLog::store(State& state, const Delivered& message) {
  if (!state.job) return;
  try {
    if (!state.catalog) state.catalog = open_catalog_();
    state.catalog->log().add({state.job, message.time, std::string(message.text)});
  } catch (const Error&) {
    state.catalog.reset();
  }
}

}  // namespace holdfast::director
