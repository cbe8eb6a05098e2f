// SPDX-License-Identifier: AGPL-3.0-or-later
#include "transport/connect.h"

#include <algorithm>

#include "base/error.h"
#include "os/socket.h"
#include "os/wait.h"
#include "transport/tcp_stream.h"

namespace holdfast::transport {

namespace {

bool may_pass(ErrorKind kind) {
  return kind == ErrorKind::network || kind == ErrorKind::timeout || kind == ErrorKind::not_found;
}

/// Tries until somebody listens.
std::unique_ptr<ByteStream> reach_peer(const std::string& host, const Reach& reach,
                                       const os::StopEvent& stop) {
  const Deadline give_up = Deadline::clock::now() + reach.give_up_after;
  os::ConnectOptions options;
  options.source = reach.source;
  options.keepalive_idle = reach.heartbeat;
  options.deadline = give_up;
  for (;;) {
    try {
      return tcp_stream(os::connect(host, reach.port, options, stop));
    } catch (const Error& error) {
      if (!may_pass(error.kind()) || Deadline::clock::now() + reach.retry_every > give_up) throw;
      if (reach.on_retry) reach.on_retry(error);
    }
    if (!os::pause_for(reach.retry_every, stop)) throw Error(ErrorKind::cancelled, "cancelled");
  }
}

/// The ways to begin, in the order to try them.
std::vector<FirstBytes> beginnings(const Introduction& who) {
  if (who.fallback == Fallback::none || who.policy != TlsPolicy::allowed) return {who.first};
  if (who.first == FirstBytes::cleartext) return {FirstBytes::cleartext, FirstBytes::tls};
  return {FirstBytes::tls, FirstBytes::cleartext};
}

std::string_view name_of(FirstBytes first) {
  return first == FirstBytes::cleartext ? "without TLS" : "with TLS";
}

}  // namespace

Connected connect(const Introduction& who, const Reach& reach, std::stop_token stop) {
  const os::StopEvent stop_event(stop);
  const auto all = beginnings(who);
  Introduction as = who;
  const bool tries_once = reach.give_up_after.count() == 0;  // which says nothing about the login
  if (!tries_once) as.times.whole = std::min(who.times.whole, reach.give_up_after);
  std::string failures;
  for (std::size_t i = 0;; ++i) {
    as.first = all[i];
    auto stream = reach_peer(who.host, reach, stop_event);
    try {
      return introduce(std::move(stream), as, stop);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::cancelled || all.size() == 1) throw;
      failures += fmt::format("{}{}: {}", i == 0 ? "" : "; ", name_of(as.first), error.message());
      if (i + 1 == all.size()) throw Error(error.kind(), failures);
    }
  }
}

std::string with_address(const std::string& host, std::uint32_t port, const Error& error) {
  const std::string address = fmt::format("{}:{}", host, port);
  const std::string message = error.message();
  return message.find(address) == std::string::npos ? address + ": " + message : message;
}

}  // namespace holdfast::transport
