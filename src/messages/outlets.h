// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "messages/background.h"
#include "messages/outbox.h"
#include "messages/webhook.h"

namespace holdfast::messages {

struct OutletSettings {
  OutboxSettings mail;
  WebhookSettings webhook;
  std::string program = "holdfast";  ///< how the system log names us
  std::string system_log;            ///< its socket; empty: the usual one
  std::size_t longest_queue = 1000;  ///< messages for operators that may wait
  /// How long the daemon's end waits for mails, operators and webhooks.
  std::chrono::milliseconds patience = std::chrono::seconds(5);
};

/// How the Messages resource of this name in a configuration sends mail without a command.
template <typename Configuration>
MailRoute mail_route(const Configuration& configuration, const std::string& resource) {
  for (const auto& messages : configuration.messages)
    if (messages.name == resource)
      return {{messages.mail_server, messages.mail_user, messages.mail_password.text}, messages.mail_from};
  return {};
}

/// What all jobs of a daemon send their messages through. None of it waits, except for a file to be written. Failures are
/// told to a Report, from a thread of their own, so that a report may go through the same outlets. Any thread.
class Outlets {
 public:
  explicit Outlets(OutletSettings settings);
  /// Takes `patience` and two seconds at most.
  ~Outlets();

  /// Reports can be taken; mails that an earlier run left are sent. Once, before anything is sent.
  void start(Report report);
  /// From now on failures go to standard error: whoever took the reports is about to end.
  void report_to_standard_error();

  void write_file(const std::string& path, std::string_view text, bool anew);
  void write_system_log(const std::string& facility, MessageType type, std::string_view text);
  /// One message as a mail of its own, at once; codes are replaced already.
  void tell_operator(const Envelope& envelope, std::string text);
  void post(const std::string& url, const Message& message, const std::string& job_name);

  /// A new file in the working directory for the mail of `job`; its envelope is written. Empty where that failed.
  std::string open_mail(const Envelope& envelope);
  void append_to_mail(const std::string& path, std::string_view text);
  /// The mail is whole: `envelope` is ready.
  void send_mail(const std::string& path, const Envelope& envelope);
  void discard_mail(const std::string& path) { remove_mail(path); }

  const OutletSettings& settings() const { return settings_; }

 private:
  void tell(MessageType type, const std::string& text);
  void tell_once(const std::string& about, const std::string& text);

  OutletSettings settings_;
  Guarded<Report> report_;
  Guarded<std::set<std::string>> failing_;  ///< files and the like that were complained about
  Guarded<std::uint64_t> mail_number_{0};
  Guarded<std::size_t> operators_lost_{0};
  Background reports_;
  std::unique_ptr<Outbox> outbox_;
  Background operators_;
  Guarded<std::map<std::string, std::unique_ptr<Webhook>>> webhooks_;
};

}  // namespace holdfast::messages
