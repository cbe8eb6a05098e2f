// SPDX-License-Identifier: AGPL-3.0-or-later
#include "transport/connect.h"

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

}  // namespace

Connected connect(const Introduction& who, const Reach& reach, std::stop_token stop) {
  const os::StopEvent stop_event(stop);
  const auto all = beginnings(who);
  Introduction as = who;
  for (std::size_t i = 0;; ++i) {
    as.first = all[i];
    auto stream = reach_peer(who.host, reach, stop_event);
    try {
      return introduce(std::move(stream), as, stop);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::cancelled || i + 1 == all.size()) throw;
    }
  }
}

}  // namespace holdfast::transport
