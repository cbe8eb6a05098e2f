// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/guarded.h"
#include "messages/delivery.h"

namespace holdfast::messages {

/// The messages of a daemon that belong to no job. Their mail is sent a while after its first message. Any thread.
class DaemonMessages {
 public:
  enum class About {
    anything,
    delivery,  ///< that messages could not be sent; see Message::is_about_delivery
  };

  DaemonMessages(const Clock& clock, std::string daemon, Outlets& outlets, Sinks sinks,
                 std::chrono::milliseconds mail_pause = std::chrono::minutes(1));

  /// Where messages go from now on. `owner` keeps `messages`, which may be null, alive.
  void use(const config::Messages* messages, std::string log_format, std::shared_ptr<const void> owner);

  /// "<daemon>: " and the severity are put before `text`, which ends with a newline.
  void add(MessageType type, std::string_view text, About about = About::anything);

 private:
  struct State {
    std::shared_ptr<const void> owner;
    std::unique_ptr<Delivery> delivery;
  };
  void send_mail_now_and_then(const std::stop_token& stop);

  const Clock& clock_;
  std::string daemon_;
  Outlets& outlets_;
  Sinks sinks_;
  std::chrono::milliseconds mail_pause_;
  Guarded<State> state_;
  std::jthread thread_;
};

}  // namespace holdfast::messages
