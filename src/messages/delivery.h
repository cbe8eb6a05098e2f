// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <set>
#include <string>
#include <vector>

#include "config/messages.h"
#include "messages/outlets.h"

namespace holdfast::messages {

/// What only some daemons have. Empty ones take nothing.
struct Sinks {
  std::function<void(std::string_view line)> console;  ///< with its time
  std::function<void(const Message&)> catalog;
  std::function<void(const Message&)> director;
};

/// Brings the messages of one job, or of the daemon, to the destinations of one Messages resource (interop 06,
/// section 5). Used under the lock of its owner.
class Delivery {
 public:
  /// `messages` may be null: everything goes to the console then; otherwise it outlives this. `log_format` is the daemon's
  /// LogTimestampFormat.
  Delivery(const config::Messages* messages, Outlets& outlets, std::string log_format, Sinks sinks);
  /// Mail that nobody closed is sent as that of a failed job.
  ~Delivery();
  Delivery(const Delivery&) = delete;
  Delivery& operator=(const Delivery&) = delete;

  void deliver(const Message& message);

  /// From now on mail is collected, under this unique job name; empty for the daemon's own messages.
  void collect_mail(std::string job_name);
  /// What commands and subjects are expanded with; until then little is known of the job.
  void use_codes(Codes codes) { codes_ = std::move(codes); }

  enum class Ended { well, badly, was_no_job };
  /// The job is over: its mails are sent, as far as they are wanted. Messages that still come begin new ones.
  void close(Ended how);
  bool has_mail() const;

 private:
  struct Mail {
    std::string path;  ///< empty: none yet
    std::size_t size = 0;
    std::size_t left_out = 0;  ///< bytes that found no room
    bool is_impossible = false;
  };

  void deliver_to(std::size_t index, const Message& message);
  void collect(std::size_t index, const std::string& line);
  void tell_operator(const config::MessageDestination& destination, std::string line);
  Envelope envelope_of(const config::MessageDestination& destination) const;
  void complete(Envelope& envelope) const;
  void close_mail(std::size_t index, Ended how);
  std::string with_time(const Message& message, const config::MessageDestination& destination) const;

  const config::Messages* messages_;
  Outlets& outlets_;
  std::string log_format_;
  Sinks sinks_;
  Codes codes_;
  std::string job_name_;
  bool collects_mail_ = false;
  std::vector<Mail> mails_;          ///< one for each destination
  std::set<std::string> truncated_;  ///< files that were begun already
};

}  // namespace holdfast::messages
