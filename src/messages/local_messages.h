// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "messages/daemon_messages.h"

namespace holdfast::messages {

/// The messages of a File or Storage Daemon: its own, and those of its jobs as far as they go to other places than the
/// Director, which the conversation with it takes care of. Any thread.
class LocalMessages {
 public:
  /// `messages` may be null - then there are none of all this - and outlives this, as `clock` does.
  LocalMessages(const Clock& clock, OutletSettings settings, const config::Messages* messages,
                std::string log_format);
  ~LocalMessages() { outlets_.report_to_standard_error(); }

  /// Of the daemon itself; `text` ends with a newline.
  void add(MessageType type, std::string_view text) { daemon_.add(type, text); }

  /// The messages of one job. Any thread.
  class Job {
   public:
    Job(LocalMessages& all, JobId id, std::string name);
    /// As of a job that failed, unless end() was called.
    ~Job() { end(false); }
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

    bool wants(MessageType type) const;
    /// `text` is complete, with its newline.
    void deliver(MessageType type, std::string_view text);
    void end(bool is_good);

   private:
    LocalMessages& all_;
    JobId id_;
    std::string name_;
    Guarded<std::unique_ptr<Delivery>> delivery_;
  };

 private:
  const Clock& clock_;
  const config::Messages* messages_;
  std::string log_format_;
  Outlets outlets_;
  DaemonMessages daemon_;
};

/// Settings of a daemon that names itself `daemon` and works in `folder`.
OutletSettings outlet_settings(const std::string& daemon, const std::string& folder,
                               const std::string& program,
                               std::function<MailRoute(const std::string& resource)> route);

}  // namespace holdfast::messages
