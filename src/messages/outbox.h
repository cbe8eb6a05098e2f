// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "messages/envelope.h"
#include "messages/message.h"
#include "net/send_mail.h"

namespace holdfast::messages {

/// How a Messages resource sends mail without a command; an empty url where it names no server.
struct MailRoute {
  net::MailServer server;
  std::string from;
};

struct OutboxSettings {
  std::string daemon;
  std::string folder;  ///< the working directory, where mails lie
  /// Of the Messages resource of this name, by the present configuration.
  std::function<MailRoute(const std::string& resource)> route;
  std::chrono::milliseconds command_limit = std::chrono::seconds(120);
  std::chrono::milliseconds server_limit = std::chrono::seconds(60);
  std::chrono::milliseconds grace = std::chrono::seconds(1);  ///< of a command, between SIGTERM and SIGKILL
  /// How long to wait before each further attempt; after the last the mail stays until the next start.
  std::vector<std::chrono::milliseconds> pauses = {std::chrono::minutes(1), std::chrono::minutes(5),
                                                   std::chrono::minutes(15), std::chrono::hours(1)};
};

/// Sends the mails that lie on disk, one after the other, on a thread of its own; each is removed when it was sent. Any
/// thread.
class Outbox {
 public:
  /// Takes up what an earlier run of the daemon left.
  Outbox(OutboxSettings settings, Report report);
  ~Outbox() { finish(std::chrono::milliseconds(0)); }

  /// The mail whose envelope is ready.
  void send(const std::string& text_path);

  /// Goes on for `patience` with what is due now; the rest stays on disk for the next start.
  void finish(std::chrono::milliseconds patience);

 private:
  using Steady = std::chrono::steady_clock;
  struct Letter {
    std::string path;
    std::size_t attempts = 0;
    Steady::time_point due{};
  };
  struct State {
    std::vector<Letter> letters;
    bool is_busy = false;
  };

  void take_up_left_over();
  void take_up(const std::string& path);
  void work(const std::stop_token& stop);
  void attempt(Letter letter, const std::stop_token& stop);
  /// Who has the mail does not get it again.
  void keep_for_the_rest(const std::string& path, Envelope& envelope, const std::vector<std::string>& unsent);
  void failed(Letter letter, const Envelope& envelope, const net::MailOutcome& outcome);

  OutboxSettings settings_;
  Report report_;
  Guarded<State> state_;
  std::jthread thread_;
};

/// One attempt to send `text`: through the envelope's command, the mail server of its Messages resource, or sendmail.
/// Throws Error{cancelled} on a stop.
net::MailOutcome send_by(const Envelope& envelope, const std::string& text, const OutboxSettings& settings,
                         const std::stop_token& stop);

}  // namespace holdfast::messages
