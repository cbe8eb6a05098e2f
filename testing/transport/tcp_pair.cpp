// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/transport/tcp_pair.h"

#include <thread>

#include "transport/tcp_stream.h"
#include "transport/tls_stream.h"

namespace holdfast::transport {

StreamPair tcp_pair() {
  const os::StopEvent never{std::stop_token()};
  os::Listener listener({{"127.0.0.1", 0, os::Family::ipv4}});
  auto ours = os::connect("127.0.0.1", listener.addresses().front().port(), {}, never);
  auto theirs = listener.accept(never);
  return {tcp_stream(std::move(ours)), tcp_stream(std::move(*theirs))};
}

StreamPair tls_pair(StreamPair pair, const crypto::TlsSettings& settings) {
  const crypto::TlsContext context(settings);
  StreamPair secured;
  {
    std::jthread accepting([&] {
      auto session =
          crypto::TlsSession::accepting(context, [](std::string_view) { return "key of the test"; });
      secured.second = start_tls(std::move(pair.second), std::move(session), "");
    });
    auto session = crypto::TlsSession::connecting(context, crypto::PreSharedKey{"test", "key of the test"});
    secured.first = start_tls(std::move(pair.first), std::move(session), "");
  }
  return secured;
}

}  // namespace holdfast::transport
