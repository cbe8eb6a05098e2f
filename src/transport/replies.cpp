// SPDX-License-Identifier: AGPL-3.0-or-later
#include "transport/replies.h"

#include "base/product.h"
#include "wire/handshake.h"

namespace holdfast::transport {

namespace {

// From this version on consoles read the code first, and a second message.
constexpr int first_console_with_codes = 1802;
constexpr char separator = '\x1e';
constexpr std::size_t longest_greeting = 99;

std::string greeting(const std::string& director) {
  return fmt::format("OK: {} Version: {} ({})", director, wire::announced_version, wire::announced_date);
}

std::string login_line(std::string_view logged_in_as) {
  if (logged_in_as == default_console) return "You are connected using the default console";
  return fmt::format("You are logged in as: {}", logged_in_as);
}

void welcome_console(Channel& channel, const std::string& director, const Hello& hello,
                     std::string_view logged_in_as) {
  if (hello.console_version < first_console_with_codes) {
    channel.send(
        fmt::format("1000 {} --  Encryption: {}\n", greeting(director), channel.stream().encryption()));
    return;
  }
  channel.send(fmt::format("1000{}{}", separator, greeting(director).substr(0, longest_greeting)));
  channel.send(fmt::format("1002{}{}, compatible with Bareos {}\n{}", separator, product,
                           wire::announced_version, login_line(logged_in_as)));
}

}  // namespace

void send_welcome(Channel& channel, Role role, const std::string& own_name, const Hello& hello,
                  std::string_view logged_in_as) {
  if (hello.conversation == Conversation::console) {
    welcome_console(channel, own_name, hello, logged_in_as);
  } else if (hello.conversation == Conversation::client) {
    channel.send(fmt::format("1000 {}\n", greeting(own_name)));
  } else if (hello.conversation == Conversation::director) {
    channel.send(role == Role::client ? wire::encode(wire::ClientHelloReply())
                                      : std::string(wire::storage_hello_reply));
  }
  channel.flush();
}

void send_failure(Channel& channel, Role role, const Hello& hello) {
  const bool plain_console =
      hello.conversation == Conversation::console && hello.console_version < first_console_with_codes;
  if (hello.conversation == Conversation::client || plain_console) {
    channel.send(wire::director_hello_refused);
  } else if (hello.conversation == Conversation::director && role == Role::client) {
    channel.send(wire::client_hello_refused);
  } else if (hello.conversation == Conversation::director) {
    channel.send(wire::storage_hello_refused);
    channel.send(wire::Signal::terminate);
  }
  channel.close();
}

void send_unknown(Channel& channel, Role role, const Hello& hello) {
  if (hello.conversation == Conversation::director) {
    const std::string from = role == Role::client ? channel.stream().peer() : "client";
    channel.send(fmt::format("Connection from unknown Director {} at {} rejected.\n", hello.name, from));
  }
  channel.send(wire::Signal::terminate);
  channel.close();
}

}  // namespace holdfast::transport
