// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/conversation.h"

#include "base/error.h"
#include "director/console/session.h"

namespace holdfast::director::console {
namespace {

/// What was said so far goes out first: connecting may take long.
template <typename Daemon>
transport::Connected connect(Command& command, const Daemon& daemon) {
  command.out.flush_pending();
  command.session.link().flush();
  return command.services.connect(daemon, command.stop);
}

}  // namespace

Conversation::Conversation(Command& command, const config::Client& client, Introduce introduce)
    : command_(command),
      connected_(connect(command, client)),
      wake_(command.stop, [this] { connected_.channel->interrupt(); }) {
  if (introduce == Introduce::silent) return;
  command.out.text(connected_.first == transport::FirstBytes::cleartext ? " Handshake: Cleartext,"
                                                                        : " Handshake: Immediate TLS,");
  command.out.text(fmt::format(" Encryption: {}\n", connected_.channel->stream().encryption()));
}

Conversation::Conversation(Command& command, const config::Storage& storage, Introduce introduce)
    : command_(command),
      connected_(connect(command, storage)),
      wake_(command.stop, [this] { connected_.channel->interrupt(); }) {
  if (introduce == Introduce::told)
    command.out.text(fmt::format(" Encryption: {}\n", connected_.channel->stream().encryption()));
}

Conversation::~Conversation() {
  try {
    if (connected_.channel->is_dead()) return;
    connected_.channel->send(wire::Signal::terminate);
    connected_.channel->close();
  } catch (const std::exception&) {
    // The answer was heard, or its loss reported; a goodbye that fails changes nothing.
  }
}

void Conversation::say(std::string_view text) {
  connected_.channel->send(text);
  connected_.channel->flush();
}

std::optional<std::string> Conversation::hear() {
  for (;;) {
    const transport::Received received = connected_.channel->receive();
    if (const auto* packet = std::get_if<transport::Packet>(&received)) {
      std::string_view text = packet->text();
      // File Daemons count a NUL at the end of each line of their status.
      while (!text.empty() && text.back() == '\0') text.remove_suffix(1);
      return std::string(text);
    }
    const auto* signal = std::get_if<wire::Signal>(&received);
    if (!signal) return std::nullopt;
    if (*signal == wire::Signal::heartbeat)
      connected_.channel->send(wire::Signal::heartbeat_response);
    else if (*signal == wire::Signal::end_of_data || *signal == wire::Signal::terminate)
      return std::nullopt;
  }
}

void Conversation::relay() {
  while (const auto line = hear()) command_.out.text(*line);
}

}  // namespace holdfast::director::console
