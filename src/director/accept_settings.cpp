// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/accept_settings.h"

#include "transport/configured.h"

namespace holdfast::director {

using transport::Conversation;
using transport::KnownPeer;

namespace {

KnownPeer known(const config::Password& password, const config::TlsSettings& tls) {
  KnownPeer peer;
  peer.key = password.text;
  peer.policy = transport::tls_policy(tls.enable, tls.require);
  peer.admission = peer.policy;
  return peer;
}

std::optional<KnownPeer> find_peer(const config::DirectorConfiguration& configuration,
                                   Conversation conversation, std::string_view name) {
  if (conversation == Conversation::client) {
    const config::Client* client = configuration.find_client(name);
    if (client == nullptr || !client->connection_from_client_to_director) return std::nullopt;
    return known(client->password, client->tls);
  }
  if (conversation != Conversation::console) return std::nullopt;
  const config::Director& director = configuration.director();
  if (name == transport::default_console) return known(director.password, director.tls);
  const config::Console* console = configuration.find_console(name);
  if (console == nullptr) return std::nullopt;
  KnownPeer peer = known(console->password, console->tls);
  if (console->use_pam_authentication) peer.reply = KnownPeer::Reply::by_handler;
  return peer;
}

}  // namespace

std::shared_ptr<const transport::AcceptSettings> make_accept_settings(
    std::shared_ptr<const config::DirectorConfiguration> configuration) {
  auto settings = std::make_shared<transport::AcceptSettings>();
  settings->role = transport::Role::director;
  settings->name = configuration->director().name;
  settings->tls = transport::tls_context(configuration->director().tls);
  settings->find_peer = [configuration](Conversation conversation, std::string_view name) {
    return find_peer(*configuration, conversation, name);
  };
  return settings;
}

}  // namespace holdfast::director
