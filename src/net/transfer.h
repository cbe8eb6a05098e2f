// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "net/send_mail.h"

namespace holdfast::net {

/// One request of libcurl, hidden from everybody else. Used by one thread, once.
class Transfer {
 public:
  /// What came of it: libcurl's number (0: done), the last reply code, and text for people.
  struct Result {
    int failure = 0;
    long reply = 0;
    std::string reason;
    std::string answer;     ///< the first bytes of what the server sent
    bool may_pass = false;  ///< the failure is of a kind that another attempt may not meet
    MailOutcome::Server server = MailOutcome::Server::reached;
  };

  Transfer(const std::string& url, std::chrono::milliseconds limit, std::stop_token stop);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  void set_login(const std::string& user, const std::string& password);
  enum class Tls { if_offered, required };
  void set_tls(Tls tls);
  void set_addresses(MailServer::Addresses addresses);
  void set_mail(const std::string& from, const std::vector<std::string>& to, std::string text);
  void set_json(const std::string& body);

  /// Throws Error{cancelled} when a stop ended it.
  Result perform();

 private:
  struct Curl;
  std::unique_ptr<Curl> curl_;
};

}  // namespace holdfast::net
