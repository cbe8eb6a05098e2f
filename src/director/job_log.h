// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "catalog/catalog.h"
#include "director/console_messages.h"
#include "messages/delivery.h"
#include "wire/job_messages.h"

namespace holdfast::director {

/// The messages of one job. Any thread.
class JobLog {
 public:
  struct Counts {
    std::uint64_t errors = 0;  ///< of our own; fatal ones included
    std::uint64_t warnings = 0;
    bool is_fatal = false;
  };

  /// Puts a message into the catalog, or throws Error, without taking long: others wait for it.
  using Store = std::function<void(const catalog::LogRow&)>;

  JobLog(const Clock& clock, std::string director, const config::Messages* messages, ConsoleMessages& console,
         messages::Outlets& outlets, const std::string& log_format, Store store);

  /// From then on messages name the job, the catalog takes them, and mail is collected.
  void set_job(JobId job, std::string unique_name);
  /// What mail and operator commands are expanded with; called by any thread until close().
  void use_codes(messages::Codes codes);
  /// The job is over, scripts included: its mail is sent as its end wants it.
  void close(bool is_good);
  /// What the catalog could not take; asked after close().
  std::vector<catalog::LogRow> take_unstored();

  /// Of our own: name, job and severity are put before `text`.
  void add(MessageType type, std::string_view text);
  /// Of a daemon: it has all that already, and does not count.
  void relay(const wire::JobMessage& message);

  Counts counts() const;

 private:
  struct State {
    std::unique_ptr<messages::Delivery> delivery;
    JobId job;
    Counts counts;
    std::deque<catalog::LogRow> unstored;
    std::uint64_t left_out = 0;  ///< messages for which there was no more room
    std::chrono::steady_clock::time_point next_try{};
  };

  void store(State& state, const messages::Message& message);
  void store_what_waits(State& state);
  catalog::LogRow about_left_out(const State& state) const;

  const Clock& clock_;
  std::string director_;
  Store store_;
  Guarded<State> state_;
};

}  // namespace holdfast::director
