// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/error.h"
#include "base/text.h"
#include "director/console/pam_login.h"
#include "director/console/serve.h"
#include "director/director.h"
#include "os/wait.h"

namespace holdfast::director {

namespace {

// Consoles before this version know no login by PAM.
constexpr int first_console_with_pam = 1802;

/// "10.1.2.3" of "10.1.2.3:40212".
std::string host_of(const std::string& peer) { return peer.substr(0, peer.rfind(':')); }

}  // namespace

void Director::serve(transport::Peer peer, std::stop_token stop) {
  if (peer.conversation == transport::Conversation::client) {
    const std::string client = peer.name;
    waiting_clients_.keep(std::move(peer));
    client_has_come(client);
    return;
  }
  std::string user;
  if (needs_pam(peer)) {
    const auto logged_in = log_in_user(peer, stop);
    if (!logged_in) return;  // The console sees the connection close.
    user = *logged_in;
  }
  console::serve(peer, *this, consoles_, std::move(stop), std::move(user));
}

bool Director::needs_pam(const transport::Peer& peer) const {
  const auto configuration = this->configuration();
  const config::Console* console = configuration->find_console(peer.name);
  return console != nullptr && console->use_pam_authentication;
}

// The name in the Hello was known and its password right; now it is about the user.
std::optional<std::string> Director::log_in_user(transport::Peer& peer, const std::stop_token& stop) {
  const std::string from = peer.channel->stream().peer();
  const std::string host = host_of(from);
  const std::stop_callback wake(stop, [&] { peer.channel->interrupt(); });
  try {
    if (peer.console_version < first_console_with_pam)
      throw Error(ErrorKind::refused, "it is too old for a login by PAM");
    if (!login_limit_.may_try(host))
      throw Error(ErrorKind::refused, "too many logins from {} failed; try again in {} minutes", host,
                  LoginLimit::window.count());
    const auto authenticate = [&](const std::string& user, const std::string&, os::PamUser& dialogue) {
      std::string name = os::authenticate(parts_.pam, user, host, dialogue);
      if (configuration()->find_user(name) == nullptr)
        throw Error(ErrorKind::refused, "PAM knows {}, but there is no User resource of that name",
                    printable(name));
      return name;
    };
    std::string user = console::log_in_by_pam(*peer.channel, authenticate);
    login_limit_.succeeded(host);
    transport::send_reply(peer, *accept_settings(), user);
    return user;
  } catch (const Error& error) {
    say(MessageType::security, fmt::format("Unable to authenticate console \"{}\" at {}:{}. ({})\n",
                                           peer.name, peer.name, from, error.message()));
    if (error.kind() == ErrorKind::refused) os::pause_for(login_limit_.failed(host), os::StopEvent(stop));
    return std::nullopt;
  }
}

}  // namespace holdfast::director
