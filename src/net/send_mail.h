// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// What we ask of servers that are no daemons of ours: mail over SMTP, and later objects over HTTP. The only folder that
// knows libcurl. Blocking calls; a stop request ends them within about a second.

#include <chrono>
#include <stop_token>
#include <string>
#include <vector>

namespace holdfast::net {

/// A server that takes mail: "smtp://host", "smtp://host:587", "smtps://host".
///
/// smtps:// is TLS from the first byte. On smtp:// TLS is used when the server offers it; with a user it must, because
/// the password goes the same way. Where TLS must be, the certificate must be of that host and of an authority that
/// this machine trusts; where it merely may be, it is not looked at, since the answer to a bad one would be no TLS at all.
struct MailServer {
  std::string url;
  std::string user;  ///< empty: no login
  std::string password;
  /// By which addresses of its host it may be reached.
  enum class Addresses { any, ipv4, ipv6 };
  Addresses addresses = Addresses::any;
};

struct Mail {
  std::string from;
  std::vector<std::string> to;
  std::string text;  ///< headers, an empty line, the body; line ends LF or CR LF
};

/// How it went. A failure that may pass (no connection, a 4xx reply) is worth another attempt; one that stays (5xx, a bad
/// URL, a bad certificate) is not.
struct MailOutcome {
  enum class How { sent, failed_for_now, failed_for_good };
  How how = How::sent;
  std::string reason;  ///< of the failure: what the server said, or why it was not reached
  /// Whom a failed mail did not reach; the other recipients have it.
  std::vector<std::string> unsent = {};
  enum class Server { reached, unknown_host, not_reached };
  Server server = Server::reached;
};

/// An address that the server refuses keeps the mail from nobody else. Throws Error{cancelled} on a stop.
MailOutcome send_mail(const MailServer& server, const Mail& mail, std::chrono::milliseconds limit,
                      const std::stop_token& stop);

}  // namespace holdfast::net
