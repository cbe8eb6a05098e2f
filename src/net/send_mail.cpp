// SPDX-License-Identifier: AGPL-3.0-or-later
#include "net/send_mail.h"

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

bool is_temporary_reply(long reply) { return reply >= 400 && reply < 500; }

}  // namespace

MailOutcome send_mail(const MailServer& server, const Mail& mail, std::chrono::milliseconds limit,
                      std::stop_token stop) {
  using How = MailOutcome::How;
  const std::string scheme = to_lower(server.url.substr(0, server.url.find(':')));
  if (scheme != "smtp" && scheme != "smtps")
    return {How::failed_for_good,
            "\"" + printable(server.url) + "\" is no address of a mail server (smtp://host)"};
  Transfer transfer(server.url, limit, std::move(stop));
  const bool has_login = !server.user.empty();
  if (has_login) transfer.set_login(server.user, server.password);
  transfer.set_tls(has_login || scheme == "smtps" ? Transfer::Tls::required : Transfer::Tls::if_offered);
  transfer.set_mail(mail.from, mail.to, with_crlf(mail.text));
  const auto result = transfer.perform();
  if (result.failure == 0) return {};
  // The reply tells more than libcurl's number, which is the same for "try later" and "never".
  const bool may_pass = result.reply >= 400 ? is_temporary_reply(result.reply) : result.may_pass;
  const std::string reason =
      result.reply >= 400 ? "the server answered " + std::string(trim(result.answer)) : result.reason;
  return {may_pass ? How::failed_for_now : How::failed_for_good, printable(reason)};
}

}  // namespace holdfast::net
