// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "archive/report.h"
#include "client/job_record.h"
#include "config/messages.h"
#include "messages/local_messages.h"
#include "transport/channel.h"

namespace holdfast::client {

/// Brings the messages of a conversation to the Director: as Jmsg packets while a job is in work, as bare text
/// before and in console conversations. Counts errors, and a fatal message makes the job fail. One thread.
class JobLog final : public archive::Report {
 public:
  JobLog(transport::Channel& director, JobRecord& record, std::string daemon,
         const config::Messages* messages, const Clock& clock, messages::LocalMessages* local = nullptr);
  ~JobLog() override;

  /// From now on messages are those of this job.
  void set_job(JobId id, std::string name);

  /// `text` without line end. A connection that is gone is not complained about: the job ends anyway, and what
  /// happened before is worth more than the failure to tell.
  void message(MessageType type, const std::string& text) override;
  bool wants(MessageType type) const override {
    return is_wanted(type) || (job_here_ && job_here_->wants(type));
  }
  /// Goes out before the next message(), or with flush().
  void later(MessageType type, const std::string& text);
  void flush();

 private:
  std::string line(MessageType type, const std::string& text) const;
  std::string rendered(MessageType type, const std::string& text) const;
  void deliver_here(MessageType type, const std::string& text);
  void send(const std::string& packet);
  bool is_wanted(MessageType type) const;
  void count(MessageType type);

  transport::Channel& director_;
  JobRecord& record_;
  std::string daemon_;
  config::MessageClasses wanted_;
  const Clock& clock_;
  JobId id_;
  std::string job_;
  std::vector<std::string> waiting_;
  messages::LocalMessages* local_;  ///< other destinations than the Director; null for none
  std::unique_ptr<messages::LocalMessages::Job> job_here_;
};

}  // namespace holdfast::client
