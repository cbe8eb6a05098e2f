// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "os/socket.h"

namespace holdfast::testing_support {

/// A server on the loopback that speaks just enough SMTP or HTTP. What it is sent can be asked for.
class ScriptedServer {
 public:
  enum class Speaks { smtp, http, nothing };

  /// `answer`: SMTP - the reply to the end of the text ("250 ok"); HTTP - the status line after the version ("200 OK").
  ScriptedServer(Speaks speaks, std::string answer);
  ~ScriptedServer();

  std::uint16_t port() const;
  std::string url(const std::string& scheme) const {
    return scheme + "://127.0.0.1:" + std::to_string(port());
  }
  /// Mails with their SMTP commands, or bodies of requests. Waits until there are `count`.
  std::vector<std::string> received(std::size_t count);
  void answer_from_now_on(std::string answer);
  /// SMTP: recipients whose address holds this are refused for good.
  void refuse_recipient(std::string address);

 private:
  void serve(const std::stop_token& stop);
  void talk(os::Socket& socket, const std::stop_token& stop);
  void talk_smtp(os::Socket& socket);
  void talk_http(os::Socket& socket);
  std::string answer() const;

  Speaks speaks_;
  Guarded<std::string> answer_;
  Guarded<std::string> refused_;
  os::Listener listener_;
  Guarded<std::vector<std::string>> received_;
  std::jthread thread_;
};

}  // namespace holdfast::testing_support
