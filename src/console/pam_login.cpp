// SPDX-License-Identifier: AGPL-3.0-or-later
#include "console/pam_login.h"

#include <fstream>

#include "base/error.h"
#include "base/text.h"

namespace holdfast::console {
namespace {

constexpr char separator = '\x1e';

std::string hear(transport::Channel& channel) {
  for (;;) {
    const transport::Received received = channel.receive();
    if (const auto* packet = std::get_if<transport::Packet>(&received)) return std::string(packet->text());
    const auto* signal = std::get_if<wire::Signal>(&received);
    if (!signal || *signal == wire::Signal::terminate)
      throw Error(ErrorKind::refused, "the Director did not let the user in");
    if (*signal == wire::Signal::heartbeat) channel.send(wire::Signal::heartbeat_response);
  }
}

void say(transport::Channel& channel, const std::string& text) {
  channel.send(text);
  channel.flush();
}

/// What stands behind "1000" or "1002"; empty where the packet is something else.
std::optional<std::string> behind_code(const std::string& packet, std::string_view code) {
  if (!packet.starts_with(code) || packet.size() <= code.size()) return std::nullopt;
  return packet.substr(code.size() + 1);
}

}  // namespace

PamCredentials read_pam_credentials(const std::string& path) {
  std::ifstream file(path);
  PamCredentials credentials;
  if (!file || !std::getline(file, credentials.user) || !std::getline(file, credentials.password))
    throw Error(ErrorKind::io, "cannot read a user and a password, a line each, from {}", path);
  return credentials;
}

void log_in_by_pam(transport::Connected& connected, const std::optional<PamCredentials>& credentials,
                   const PamDialogue& dialogue) {
  transport::Channel& channel = *connected.channel;
  say(channel, credentials
                   ? fmt::format("4002{0}{1}{0}{2}", separator, credentials->user, credentials->password)
                   : fmt::format("4001{}", separator));
  for (;;) {
    const std::string packet = hear(channel);
    if (auto greeting = behind_code(packet, "1000")) {
      connected.greeting_code = 1000;
      connected.greeting = std::move(*greeting);
      break;
    }
    // Packets of one byte: the style of the text that follows, 0 for success.
    if (packet.size() != 1) throw Error(ErrorKind::refused, "the Director says: {}", printable(trim(packet)));
    const int style = static_cast<unsigned char>(packet[0]);
    if (style < 1 || style > 4) continue;
    const std::string answer = dialogue(static_cast<PamStyle>(style), hear(channel));
    if (style <= static_cast<int>(PamStyle::ask)) say(channel, answer);
  }
  connected.welcome = behind_code(hear(channel), "1002").value_or("");
}

}  // namespace holdfast::console
