// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "messages/message.h"

namespace holdfast::messages {

struct WebhookSettings {
  std::string daemon;
  std::size_t longest_queue = 1000;                            ///< messages that may wait
  std::size_t largest_post = 100;                              ///< messages in one request
  std::chrono::milliseconds limit = std::chrono::seconds(10);  ///< for one request
  std::vector<std::chrono::milliseconds> pauses = {std::chrono::seconds(1), std::chrono::seconds(5),
                                                   std::chrono::seconds(30)};
};

/// Posts messages to one address, as JSON (docs/formats/webhook.md), on a thread of its own. What cannot be delivered
/// after all attempts, or finds no room to wait, is given up and counted in a report. Any thread.
class Webhook {
 public:
  Webhook(std::string url, WebhookSettings settings, Report report);
  ~Webhook() { finish(std::chrono::milliseconds(0)); }

  void send(const Message& message, const std::string& job_name);
  /// Goes on for `patience`; what is left then is given up and reported.
  void finish(std::chrono::milliseconds patience);

 private:
  struct State {
    std::deque<std::string> waiting;  ///< JSON objects
    std::size_t lost = 0;             ///< for which there was no room
    bool is_busy = false;
  };
  void work(const std::stop_token& stop);
  void post(std::vector<std::string> batch, std::size_t lost, const std::stop_token& stop);
  /// Nothing where it was taken, else why not.
  std::optional<std::string> try_to_post(const std::string& body, const std::stop_token& stop);
  bool pause(std::chrono::milliseconds time, const std::stop_token& stop);
  void tell_of(std::size_t lost, std::size_t of, const std::string& reason) const;

  std::string url_;
  WebhookSettings settings_;
  Report report_;
  Guarded<State> state_;
  std::jthread thread_;
};

/// One message as a JSON object.
std::string webhook_json(const Message& message, const std::string& job_name);

/// The address without what may be a secret: "https://host/...".
std::string without_path(const std::string& url);

}  // namespace holdfast::messages
