// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/error.h"
#include "client/commands.h"
#include "transport/connect.h"
#include "wire/client_to_director.h"
#include "wire/director_to_client.h"

namespace holdfast::client {

namespace {

/// A key given later in the conversation replaces the first one, and the connection made with it.
void take_key(Session& session, const std::string& key) {
  if (key.empty()) return;
  if (session.storage) session.storage->end();
  session.storage.reset();
  session.key = key;
  session.several_storages = true;
  session.record->identity.with([&](JobRecord::Identity& identity) { identity.key = key; });
}

void connect(Session& session, const wire::StorageCommand& where) {
  auto channel = session.daemon.storage.connect({where, session.job, session.key}, session.stop());
  session.storage = std::make_unique<StorageLink>(std::move(channel), session.patience(), session.stop());
  session.record->has_storage = true;
  const std::string encryption = session.storage->encryption();
  session.log.message(MessageType::info, fmt::format(" Encryption: {}", encryption));
  session.log.later(MessageType::info, fmt::format("Connected Storage daemon at {}:{}, encryption: {}",
                                                   where.address, where.port, encryption));
}

}  // namespace

Next storage_command(Session& session, std::string_view command) {
  const auto where = wire::decode<wire::StorageCommand>(command);
  if (!where || where->address.empty() || where->port == 0) {
    session.reply(wire::client::bad_storage);
    return Next::go_on;
  }
  take_key(session, where->authorization.value_or(""));
  session.record->identity.with([&](JobRecord::Identity& identity) { identity.ssl = where->ssl; });
  try {
    connect(session, *where);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::cancelled) throw;
    session.log.message(MessageType::fatal,
                        fmt::format("Failed to connect to Storage daemon: {}",
                                    transport::with_address(where->address, where->port, error)));
    session.reply(wire::client::bad_storage);
    return Next::end;
  }
  session.reply(wire::client::ok_storage);
  return Next::go_on;
}

Next authorization_command(Session& session, std::string_view command) {
  const auto given = wire::decode<wire::AuthorizationCommand>(command);
  if (!given || given->authorization.empty()) {
    session.reply(wire::client::bad_authorization);
    return Next::go_on;
  }
  take_key(session, given->authorization);
  session.reply(wire::client::ok_authorization);
  return Next::go_on;
}

}  // namespace holdfast::client
