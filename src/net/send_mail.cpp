// SPDX-License-Identifier: AGPL-3.0-or-later
#include "net/send_mail.h"

#include <tuple>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "net/transfer.h"

namespace holdfast::net {

namespace {

std::string with_crlf(std::string_view text) {
  std::string converted;
  converted.reserve(text.size() + text.size() / 32);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool is_bare = text[at] == '\n' && (at == 0 || text[at - 1] != '\r');
    if (is_bare) converted += '\r';
    converted += text[at];
  }
  return converted;
}

using How = MailOutcome::How;

bool is_temporary_reply(long reply) { return reply >= 400 && reply < 500; }

std::string scheme_of(const MailServer& server) {
  return to_lower(server.url.substr(0, server.url.find(':')));
}

enum class Refusal { by_a_reply, none };

/// To all recipients, or to none.
std::pair<MailOutcome, Refusal> send_at_once(const MailServer& server, const Mail& mail,
                                             std::chrono::milliseconds limit, const std::stop_token& stop) {
  Transfer transfer(server.url, limit, stop);
  const bool has_login = !server.user.empty();
  if (has_login) transfer.set_login(server.user, server.password);
  transfer.set_tls(has_login || scheme_of(server) == "smtps" ? Transfer::Tls::required
                                                             : Transfer::Tls::if_offered);
  transfer.set_addresses(server.addresses);
  transfer.set_mail(mail.from, mail.to, with_crlf(mail.text));
  const auto result = transfer.perform();
  if (result.failure == 0) return {MailOutcome(), Refusal::none};
  // The reply tells more than libcurl's number, which is the same for "try later" and "never".
  const bool may_pass = result.reply >= 400 ? is_temporary_reply(result.reply) : result.may_pass;
  const std::string reason =
      result.reply >= 400 ? "the server answered " + std::string(trim(result.answer)) : result.reason;
  return {{may_pass ? How::failed_for_now : How::failed_for_good, printable(reason), mail.to, result.server},
          result.reply >= 400 ? Refusal::by_a_reply : Refusal::none};
}

/// What `one` adds to the outcome of those before it.
void add(MailOutcome& all, const MailOutcome& one) {
  if (one.how == How::sent) return;
  if (all.how != How::failed_for_now) all.how = one.how;
  // A server that refuses everybody says the same to each.
  if (all.reason.find(one.reason) == std::string::npos)
    all.reason += (all.reason.empty() ? "" : "; ") + one.reason;
  all.unsent.insert(all.unsent.end(), one.unsent.begin(), one.unsent.end());
}

}  // namespace

MailOutcome send_mail(const MailServer& server, const Mail& mail, std::chrono::milliseconds limit,
                      const std::stop_token& stop) {
  const std::string scheme = scheme_of(server);
  if (scheme != "smtp" && scheme != "smtps")
    return {How::failed_for_good,
            "\"" + printable(server.url) + "\" is no address of a mail server (smtp://host)", mail.to,
            MailOutcome::Server::unknown_host};
  auto [outcome, refusal] = send_at_once(server, mail, limit, stop);
  if (refusal == Refusal::none || mail.to.size() < 2) return outcome;
  MailOutcome all;
  for (auto recipient = mail.to.begin(); recipient != mail.to.end(); ++recipient) {
    Mail single = mail;
    single.to = {*recipient};
    std::tie(outcome, refusal) = send_at_once(server, single, limit, stop);
    const bool is_server_gone = outcome.how != How::sent && refusal == Refusal::none;
    if (is_server_gone) outcome.unsent.assign(recipient, mail.to.end());
    add(all, outcome);
    if (is_server_gone) break;
  }
  return all;
}

}  // namespace holdfast::net
