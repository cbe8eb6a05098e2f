// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include <chrono>
#include <cstdlib>
#include <iostream>

#include "apps/common/command_line.h"
#include "apps/holdfast-tools/tools.h"
#include "base/local_time.h"
#include "net/plain_mail.h"
#include "net/send_mail.h"
#include "os/system_clock.h"

namespace holdfast::apps {
namespace {

constexpr auto longest_conversation = std::chrono::minutes(10);
constexpr const char* this_machine = "localhost";

struct Wanted {
  net::PlainMail mail;
  std::string host;
  int most_lines = 0;
  int debug_level = 0;
  bool only_ipv4 = false, only_ipv6 = false, any_protocol = false;

  net::MailServer::Addresses addresses() const {
    using Addresses = net::MailServer::Addresses;
    if (any_protocol || only_ipv4 == only_ipv6) return Addresses::any;
    return only_ipv4 ? Addresses::ipv4 : Addresses::ipv6;
  }
};

void declare(CommandLine& line, Wanted& wanted) {
  line.flag("-4,--ipv4-protocol", "Reach the mail server by IPv4 only.", wanted.only_ipv4);
  line.flag("-6,--ipv6-protocol", "Reach the mail server by IPv6 only.", wanted.only_ipv6);
  line.flag("-a,--any-protocol", "Reach it by either, as when none of these options is given.",
            wanted.any_protocol);
  line.flag("-8,--utf8", "The text is UTF-8. A text that is not ASCII is taken for that anyway.",
            wanted.mail.is_utf8);
  line.option("-c,--copy-to", "Who gets a copy.", wanted.mail.copy_to);
  line.option("-f,--from", "The sender; must be given.", wanted.mail.from);
  line.option("-h,--mailhost",
              "The mail server: host, host:port or [address]:port. When absent what the variable SMTPSERVER "
              "says, else "
              "localhost.",
              wanted.host);
  line.option("-l,--max-lines", "Send no more lines than this; what is left out is counted.",
              wanted.most_lines);
  line.option("-r,--reply-to", "Whom answers go to.", wanted.mail.reply_to);
  line.option("-s,--subject", "The subject; must be given.", wanted.mail.subject);
  line.option("-d,--debug-level", "Accepted for scripts.", wanted.debug_level);
  line.positional("recipient", "Who gets the mail.", wanted.mail.to, 1, 10'000);
}

std::string server_of(const Wanted& wanted) {
  if (!wanted.host.empty()) return wanted.host;
  const char* from_environment = std::getenv("SMTPSERVER");
  return from_environment != nullptr && *from_environment != '\0' ? from_environment : this_machine;
}

net::Mail written(Wanted& wanted) {
  net::Mail mail;
  mail.from = net::bare_address(wanted.mail.from);
  for (const auto& recipient : wanted.mail.to) mail.to.push_back(net::bare_address(recipient));
  if (!wanted.mail.copy_to.empty()) mail.to.push_back(net::bare_address(wanted.mail.copy_to));
  const std::string body = wanted.most_lines > 0
                               ? net::mail_body(std::cin, static_cast<std::uint64_t>(wanted.most_lines))
                               : net::mail_body(std::cin);
  wanted.mail.is_utf8 = wanted.mail.is_utf8 || !net::is_ascii(body);
  wanted.mail.date = local_time(os::SystemClock().now(), "%a, %d %b %Y %H:%M:%S %z (%Z)");
  mail.text = net::mail_headers(wanted.mail) + body;
  return mail;
}

net::MailOutcome send_by(const std::string& host, const Wanted& wanted, const net::Mail& mail) {
  const auto url = net::mail_server_url(host);
  if (!url)
    return {net::MailOutcome::How::failed_for_good, "it is no name of a host", mail.to,
            net::MailOutcome::Server::unknown_host};
  return net::send_mail({.url = *url, .user = {}, .password = {}, .addresses = wanted.addresses()}, mail,
                        longest_conversation, {});
}

/// The texts are the peer's.
int send(const Wanted& wanted, const net::Mail& mail) {
  using Server = net::MailOutcome::Server;
  std::string host = server_of(wanted);
  auto outcome = send_by(host, wanted, mail);
  if (outcome.how != net::MailOutcome::How::sent && outcome.server == Server::unknown_host) {
    fmt::print(stderr, "Error unknown mail host \"{}\": ERR={}\n", host, outcome.reason);
    if (host != this_machine) {
      fmt::print(stderr, "Retrying connection using \"{}\".\n", this_machine);
      host = this_machine;
      outcome = send_by(host, wanted, mail);
    }
  }
  if (outcome.how == net::MailOutcome::How::sent) return exit_success;
  if (outcome.server == Server::reached)
    fmt::print(stderr, "Fatal malformed reply from {}: {}\n", host, outcome.reason);
  else
    fmt::print(stderr, "Failed to connect to mailhost {}\n", host);
  return exit_failure;
}

}  // namespace

int run_mail(int argc, const char* const* argv) {
  CommandLine line("bsmtp",
                   "Sends standard input as a mail\n\nFor the Mail Command of Messages resources, with the "
                   "arguments of the "
                   "peer's program:\n\n  MailCommand = \"bsmtp -h mail.example.com -f dir@example.com -s "
                   "\\\"Bareos: %t %e of "
                   "%c %l\\\" %r\"\n\nTLS is used where the server offers it.");
  line.give_away_h();
  Wanted wanted;
  declare(line, wanted);
  if (const auto code = line.parse(argc, argv)) return *code;
  if (wanted.mail.from.empty() || wanted.mail.subject.empty()) {
    fmt::print(stderr, "ERROR: {} is required\n\n{}", wanted.mail.from.empty() ? "--from" : "--subject",
               line.help());
    return exit_command_line;
  }
  return send(wanted, written(wanted));
}

}  // namespace holdfast::apps
