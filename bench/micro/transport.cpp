// SPDX-License-Identifier: AGPL-3.0-or-later
// How fast packets go through a Channel from one thread to another over the loopback interface, in packets of the
// size that the argument says.
#include <benchmark/benchmark.h>

#include <memory>
#include <thread>
#include <utility>

#include "os/socket.h"
#include "transport/channel.h"
#include "transport/tcp_stream.h"
#include "transport/tls_stream.h"

namespace {

using namespace holdfast;
using namespace holdfast::transport;
using Pair = std::pair<std::unique_ptr<ByteStream>, std::unique_ptr<ByteStream>>;

Pair tcp_pair() {
  const os::StopEvent never{std::stop_token()};
  os::Listener listener({{"127.0.0.1", 0, os::Family::ipv4}});
  auto ours = os::connect("127.0.0.1", listener.addresses().front().port(), {}, never);
  auto theirs = listener.accept(never);
  return {tcp_stream(std::move(ours)), tcp_stream(std::move(*theirs))};
}

Pair tls_pair(const std::string& suites) {
  crypto::TlsSettings settings;
  settings.cipher_suites = suites;
  const crypto::TlsContext context(settings);
  Pair pair = tcp_pair();
  std::jthread accepting([&] {
    auto session = crypto::TlsSession::accepting(context, [](std::string_view) { return "key"; });
    pair.second = start_tls(std::move(pair.second), std::move(session), "");
  });
  auto session = crypto::TlsSession::connecting(context, crypto::PreSharedKey{"bench", "key"});
  pair.first = start_tls(std::move(pair.first), std::move(session), "");
  accepting.join();
  return pair;
}

/// Each iteration sends 64 MiB and waits until the other side has received it.
void send_packets(benchmark::State& state, Pair pair) {
  constexpr std::size_t total = 64 << 20;
  const Buffer payload(static_cast<std::size_t>(state.range(0)), std::byte{'x'});
  const std::size_t count = total / payload.size();
  Channel sender(std::move(pair.first));
  Channel receiver(std::move(pair.second));
  std::jthread receiving([&] {
    while (!receiver.is_dead()) {
      const Received received = receiver.receive();
      if (std::holds_alternative<wire::Signal>(received) && !receiver.is_dead()) {
        receiver.send("done");
        receiver.flush();
      }
    }
  });
  for (auto _ : state) {
    for (std::size_t i = 0; i < count; ++i) sender.send(payload);
    sender.send(wire::Signal::end_of_data);
    sender.receive();
  }
  sender.send(wire::Signal::terminate);
  sender.flush();
  state.SetLabel(sender.stream().encryption());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(count * payload.size()));
}

void over_tcp(benchmark::State& state) { send_packets(state, tcp_pair()); }
void over_tls(benchmark::State& state) { send_packets(state, tls_pair("")); }
void over_tls_chacha(benchmark::State& state) {
  send_packets(state, tls_pair("TLS_CHACHA20_POLY1305_SHA256"));
}

BENCHMARK(over_tcp)->Arg(200)->Arg(65536)->UseRealTime()->MeasureProcessCPUTime()->Unit(
    benchmark::kMillisecond);
BENCHMARK(over_tls)->Arg(200)->Arg(65536)->UseRealTime()->MeasureProcessCPUTime()->Unit(
    benchmark::kMillisecond);
BENCHMARK(over_tls_chacha)->Arg(65536)->UseRealTime()->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

}  // namespace
