// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/serve.h"

namespace holdfast::director::console {
namespace {

class ChannelLink final : public ConsoleLink {
 public:
  explicit ChannelLink(transport::Channel& channel) : channel_(channel) {}

  void send(std::string_view text) override { channel_.send(text); }
  void send(wire::Signal signal) override { channel_.send(signal); }
  void flush() override { channel_.flush(); }

  Heard receive() override {
    for (;;) {
      const transport::Received received = channel_.receive();
      if (const auto* packet = std::get_if<transport::Packet>(&received)) return std::string(packet->text());
      const auto* signal = std::get_if<wire::Signal>(&received);
      if (!signal) return Gone{};
      if (*signal == wire::Signal::heartbeat_response) continue;
      if (*signal != wire::Signal::heartbeat) return *signal;
      channel_.send(wire::Signal::heartbeat_response);
    }
  }

 private:
  transport::Channel& channel_;
};

}  // namespace

void serve(transport::Peer& peer, Services& services, ConnectedConsoles& consoles, std::stop_token stop,
           std::string user) {
  transport::Channel& channel = *peer.channel;
  const std::stop_callback wake(stop, [&] { channel.interrupt(); });
  ChannelLink link(channel);
  const auto limit = services.configuration()->director().maximum_console_connections;
  if (peer.name != transport::default_console && consoles.since().size() >= limit) {
    // The default console always gets in, so that somebody can find out who the others are.
    channel.send(fmt::format("Too many consoles are connected (MaximumConsoleConnections = {}).\n", limit));
    channel.send(wire::Signal::terminate);
    channel.close();
    return;
  }
  Session session(link, services, consoles, Login{peer.name, channel.stream().peer(), std::move(user)}, stop);
  session.run();
  if (channel.is_dead()) return;
  channel.send(wire::Signal::terminate);
  channel.close();
}

}  // namespace holdfast::director::console
