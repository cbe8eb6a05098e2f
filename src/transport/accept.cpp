// SPDX-License-Identifier: AGPL-3.0-or-later
#include "transport/accept.h"

#include "base/error.h"
#include "base/text.h"
#include "transport/authentication.h"
#include "transport/hello.h"
#include "transport/peeked_stream.h"
#include "transport/replies.h"
#include "transport/stoppable_stream.h"
#include "transport/tls_negotiation.h"
#include "transport/tls_stream.h"

namespace holdfast::transport {

namespace {

// What a cleartext Hello is told by: four bytes of length, whatever they are, and these (section 4).
constexpr std::string_view cleartext_sign = "Hello ";
constexpr std::size_t needed_to_tell = wire::packet_header_size + cleartext_sign.size();

// A client or an old console may come without TLS although its policy allows TLS (section 4).
constexpr int first_console_with_tls = 1802;

bool is_admitted_in_cleartext(const Hello& hello, const KnownPeer& known) {
  if (hello.conversation == Conversation::console && hello.console_version < first_console_with_tls)
    return true;
  if (hello.conversation == Conversation::client) return known.admission != TlsPolicy::required;
  return known.admission == TlsPolicy::none;
}

/// One connection on its way to be a Peer; each step leaves it one stage further or throws.
class Acceptance {
 public:
  Acceptance(std::unique_ptr<ByteStream> stream, const AcceptSettings& settings, std::stop_token stop)
      : settings_(settings), stop_(stop), began_(Deadline::clock::now()) {
    auto stoppable = std::make_unique<StoppableStream>(std::move(stream), std::move(stop));
    stoppable_ = stoppable.get();
    stream_ = std::move(stoppable);
    from_ = stream_->peer();
  }

  Peer run() {
    stream_->set_deadline(began_ + settings_.times.first_bytes);
    tell_tls_from_cleartext();
    channel_ = std::make_unique<Channel>(std::move(stream_));
    read_hello_message();
    find_peer();
    channel_->set_deadline(began_ + settings_.times.whole);
    channel_->set_timeout(settings_.times.answer);
    authenticate();
    return welcome();
  }

 private:
  void tell_tls_from_cleartext() {
    Buffer first(255);
    std::size_t count = 0;
    while (count < needed_to_tell) {
      const std::size_t got = stream_->read(MutableBytes(first).subspan(count));
      if (got == 0) throw Error(ErrorKind::network, "{} hung up before it said who it is", from_);
      count += got;
    }
    const Bytes seen = Bytes(first).first(count);
    stream_ = with_bytes_in_front(seen, std::move(stream_));
    if (as_text(seen.subspan(wire::packet_header_size)).starts_with(cleartext_sign)) return;
    use_tls(std::move(stream_), [this](std::string_view identity) { return find_key(identity); });
  }

  void use_tls(std::unique_ptr<ByteStream> stream, crypto::TlsSession::FindKey find_key) {
    auto session = crypto::TlsSession::accepting(*settings_.tls, std::move(find_key));
    auto tls = start_tls(std::move(stream), std::move(session), "");
    identity_ = tls->key_identity();
    is_encrypted_ = true;
    stream_ = std::move(tls);
  }

  std::optional<std::string> find_key(std::string_view identity) const {
    const auto claimed = read_tls_identity(settings_.role, identity);
    if (!claimed) return std::nullopt;
    const auto known = settings_.find_peer(claimed->conversation, claimed->name);
    if (!known || known->key.empty()) return std::nullopt;
    return known->key;
  }

  void read_hello_message() {
    try {
      hello_ = read_hello(settings_.role, receive_text(*channel_, "its Hello"));
    } catch (const Error&) {
      hang_up();
      throw;
    }
  }

  void find_peer() {
    // A key proves one name, and Hello could claim another that a different key stands for.
    if (identity_ && *identity_ != tls_identity(hello_.conversation, hello_.name)) {
      hang_up();
      throw Error(ErrorKind::refused, "{} says that it is \"{}\", but its TLS key is that of \"{}\"", from_,
                  printable(hello_.name), printable(*identity_));
    }
    auto known = settings_.find_peer(hello_.conversation, hello_.name);
    if (!known || known->key.empty()) {
      is_encrypted_ ? tell_unknown() : hang_up();
      throw Error(ErrorKind::refused, "{} calls itself \"{}\", which is not known here", from_,
                  printable(hello_.name));
    }
    known_ = std::move(*known);
    if (is_encrypted_ || is_admitted_in_cleartext(hello_, known_)) return;
    hang_up();
    throw Error(ErrorKind::refused, "{} (\"{}\") came without TLS, which its TLS Enable does not allow",
                from_, printable(hello_.name));
  }

  void authenticate() {
    const Proof proof{known_.key, qualified_name(settings_.role, settings_.name), known_.policy};
    std::optional<unsigned> remote;
    try {
      remote = authenticate_accepting(*channel_, proof, settings_.times, stop_);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::refused)
        quietly([&] { send_failure(*channel_, settings_.role, hello_); });
      throw;
    }
    if (is_encrypted_) return;
    switch (agree(known_.policy, remote)) {
      case Agreement::cleartext: return;
      case Agreement::none:
        throw Error(ErrorKind::refused, "{} (\"{}\") and we have TLS settings that do not go together", from_,
                    printable(hello_.name));
      case Agreement::tls: break;
    }
    use_tls(channel_->detach(), nullptr);
    channel_ = std::make_unique<Channel>(std::move(stream_));
  }

  Peer welcome() {
    if (known_.reply == KnownPeer::Reply::at_once) {
      send_welcome(*channel_, settings_.role, settings_.name, hello_, hello_.name);
    }
    channel_->set_timeout(std::chrono::milliseconds(0));
    channel_->set_deadline(Deadline::max());
    stoppable_->disarm();
    Peer peer;
    peer.conversation = hello_.conversation;
    peer.name = hello_.name;
    peer.protocol_version = hello_.protocol_version;
    peer.console_version = hello_.console_version;
    peer.channel = std::move(channel_);
    return peer;
  }

  /// The connecting side looks for these four bytes before it believes that it is being challenged.
  void hang_up() {
    quietly([&] {
      channel_->send(wire::Signal::terminate);
      channel_->close();
    });
  }

  void tell_unknown() {
    quietly([&] { send_unknown(*channel_, settings_.role, hello_); });
  }

  // The reason why we hang up is worth reporting; that the peer did not wait to hear it is not.
  template <typename Action>
  static void quietly(Action action) {
    try {
      action();
    } catch (const Error&) {
      return;
    }
  }

  const AcceptSettings& settings_;
  std::stop_token stop_;
  Deadline began_;
  std::string from_;
  StoppableStream* stoppable_ = nullptr;  // lives in stream_ or channel_, below whatever was put around it
  std::unique_ptr<ByteStream> stream_;
  std::unique_ptr<Channel> channel_;
  bool is_encrypted_ = false;
  std::optional<std::string> identity_;  // proved by a pre-shared key
  Hello hello_;
  KnownPeer known_;
};

}  // namespace

Peer accept(std::unique_ptr<ByteStream> stream, const AcceptSettings& settings, std::stop_token stop) {
  return Acceptance(std::move(stream), settings, std::move(stop)).run();
}

void send_reply(Peer& peer, const AcceptSettings& settings, std::string_view logged_in_as) {
  const Hello hello{peer.conversation, peer.name, peer.protocol_version, peer.console_version};
  send_welcome(*peer.channel, settings.role, settings.name, hello, logged_in_as);
}

}  // namespace holdfast::transport
