// SPDX-License-Identifier: AGPL-3.0-or-later
#include <charconv>

#include "base/error.h"
#include "base/text.h"
#include "transport/authentication.h"
#include "transport/connect.h"
#include "transport/hello.h"
#include "transport/stoppable_stream.h"
#include "transport/tls_negotiation.h"
#include "transport/tls_stream.h"
#include "wire/handshake.h"

namespace holdfast::transport {

namespace {

constexpr char separator = '\x1e';

bool wants_tls(const Introduction& who) {
  if (who.first != FirstBytes::by_policy) return who.first == FirstBytes::tls;
  return who.policy != TlsPolicy::none;
}

std::unique_ptr<ByteStream> use_tls(std::unique_ptr<ByteStream> stream, const Introduction& who,
                                    std::optional<crypto::PreSharedKey> key) {
  if (!who.tls) throw Error(ErrorKind::invalid, "TLS is needed to connect to {}, but not set up", who.host);
  return start_tls(std::move(stream), crypto::TlsSession::connecting(*who.tls, std::move(key)), who.host);
}

/// The number in front of a Director's message to a console; what follows is left in `text`.
int take_code(std::string_view& text) {
  int code = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), code);
  if (failed != std::errc{}) return 0;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.starts_with(separator) || text.starts_with(' ')) text.remove_prefix(1);
  return code;
}

[[noreturn]] void throw_refused(const std::string& peer, std::string_view said) {
  throw Error(ErrorKind::refused, "{} refused us: {}", peer, printable(trim(said)));
}

/// The reply of a Director to a console; `code` is 1000 or 1001 then.
void read_console_reply(Connected& connected, const Introduction& who) {
  Channel& channel = *connected.channel;
  channel.set_timeout(who.times.console_reply);
  const std::string first = receive_text(channel, "the greeting");
  std::string_view text = first;
  connected.greeting_code = take_code(text);
  if (connected.greeting_code != 1000 && connected.greeting_code != 1001) {
    throw_refused(channel.stream().peer(), first);
  }
  connected.greeting = text;
  if (connected.greeting_code == 1001) return;
  const std::string second = receive_text(channel, "the welcome");
  text = second;
  if (take_code(text) != 1002) throw_refused(channel.stream().peer(), second);
  connected.welcome = text;
}

/// The reply of a File Daemon or Storage Daemon to a Director.
void read_daemon_reply(Connected& connected) {
  const std::string reply = receive_text(*connected.channel, "the reply to Hello");
  connected.greeting = trim(reply);
  if (reply == wire::storage_hello_reply) {
    connected.peer = Role::storage;
    return;
  }
  const auto hello = wire::decode<wire::ClientHelloReply>(reply);
  if (!hello) throw_refused(connected.channel->stream().peer(), reply);
  connected.peer = Role::client;
  connected.protocol_version = static_cast<int>(hello->protocol.value_or(0));
}

/// A Director's reply to a client; its content does not matter, unless it says no.
void read_waiting_reply(Connected& connected) {
  const std::string reply = receive_text(*connected.channel, "the reply to Hello");
  connected.greeting = trim(reply);
  if (reply.starts_with("1999")) throw_refused(connected.channel->stream().peer(), reply);
}

void read_reply(Connected& connected, const Introduction& who) {
  switch (who.conversation) {
    case Conversation::console: read_console_reply(connected, who); break;
    case Conversation::director: read_daemon_reply(connected); break;
    case Conversation::client: read_waiting_reply(connected); break;
    default:
      connected.peer = who.conversation == Conversation::job_from_storage ? Role::client : Role::storage;
  }
}

void authenticate(std::unique_ptr<Channel>& channel, const Introduction& who, FirstBytes first) {
  const auto remote = authenticate_connecting(*channel, {who.key, qualified_name(who), who.policy});
  if (first == FirstBytes::tls) return;
  switch (agree(who.policy, remote)) {
    case Agreement::cleartext: return;
    case Agreement::none:
      throw Error(ErrorKind::refused, "{} and we have TLS settings that do not go together",
                  channel->stream().peer());
    case Agreement::tls: break;
  }
  channel = std::make_unique<Channel>(use_tls(channel->detach(), who, std::nullopt));
}

}  // namespace

Connected introduce(std::unique_ptr<ByteStream> stream, const Introduction& who, std::stop_token stop) {
  auto stoppable = std::make_unique<StoppableStream>(std::move(stream), std::move(stop));
  StoppableStream* const armed = stoppable.get();
  stream = std::move(stoppable);
  stream->set_deadline(Deadline::clock::now() + who.times.whole);
  stream->set_timeout(who.times.answer);
  Connected connected;
  connected.first = wants_tls(who) ? FirstBytes::tls : FirstBytes::cleartext;
  if (connected.first == FirstBytes::tls) {
    const std::string& name = is_job(who.conversation) ? who.job : who.name;
    const crypto::PreSharedKey key{tls_identity(who.conversation, name), who.key};
    stream = use_tls(std::move(stream), who, key);
  }
  connected.channel = std::make_unique<Channel>(std::move(stream));
  connected.channel->send(write_hello(who));
  authenticate(connected.channel, who, connected.first);
  read_reply(connected, who);
  connected.channel->set_timeout(std::chrono::milliseconds(0));
  connected.channel->set_deadline(Deadline::max());
  armed->disarm();
  return connected;
}

}  // namespace holdfast::transport
