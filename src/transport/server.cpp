// SPDX-License-Identifier: AGPL-3.0-or-later
#include "transport/server.h"

#include <algorithm>
#include <atomic>
#include <list>
#include <thread>

#include "base/text.h"
#include "os/wait.h"
#include "transport/tcp_stream.h"

namespace holdfast::transport {

namespace {

// The report has the address, with which most errors of a connection begin.
Error without_address(const Error& error, const std::string& from) {
  const std::string message = error.message();
  if (!message.starts_with(from + " ")) return error;
  return {error.kind(), message.substr(from.size() + 1)};
}

}  // namespace

class Server::Implementation {
 public:
  Implementation(const std::vector<os::ListenAddress>& addresses, Settings settings, Handler handler,
                 Report report, ServerLimits limits)
      : listener_(addresses),
        settings_(std::move(settings)),
        handler_(std::move(handler)),
        report_(std::move(report)),
        limits_(limits),
        acceptor_([this](std::stop_token stop) { accept_until(std::move(stop)); }) {}

  ~Implementation() {
    acceptor_.request_stop();
    acceptor_.join();
    for (Connection& connection : connections_) {
      connection.handshake_stop.request_stop();
      connection.talk_stop.request_stop();
    }
    connections_.clear();
  }

  std::vector<os::SocketAddress> addresses() const { return addresses_; }

 private:
  enum class Phase { handshake, talk, over };

  /// Two stops, so that a handshake can be given up without reaching into a conversation that just began.
  struct Connection {
    std::atomic<Phase> phase = Phase::handshake;
    std::stop_source handshake_stop;
    std::stop_source talk_stop;
    std::jthread thread;
  };

  void accept_until(std::stop_token stop_token) {
    const os::StopEvent stop(std::move(stop_token));
    while (!stop.is_set()) {
      try {
        if (auto socket = listener_.accept(stop)) start(std::move(*socket));
      } catch (const std::exception& failure) {
        report_("listener", Error(ErrorKind::io, failure.what()));
        os::pause_for(std::chrono::milliseconds(100), stop);  // no thread, no memory: it may pass
      }
    }
  }

  void start(os::Socket socket) {
    connections_.remove_if([](const Connection& connection) { return connection.phase == Phase::over; });
    make_room();
    Connection& connection = connections_.emplace_back();
    connection.thread = std::jthread([this, &connection, socket = std::move(socket)]() mutable {
      run(std::move(socket), connection);
      connection.phase = Phase::over;  // last, so that joining a thread that is over does not take long
    });
  }

  // A handshake takes milliseconds. So when many are under way, the oldest is hardly one that means well, and the
  // newest is let in: who only holds connections open cannot keep others out.
  void make_room() {
    const auto waits = [](const Connection& connection) {
      return connection.phase == Phase::handshake && !connection.handshake_stop.stop_requested();
    };
    const auto waiting = std::count_if(connections_.begin(), connections_.end(), waits);
    if (static_cast<std::size_t>(waiting) < limits_.unauthenticated) return;
    const auto oldest = std::find_if(connections_.begin(), connections_.end(), waits);
    if (oldest != connections_.end()) oldest->handshake_stop.request_stop();
  }

  void run(os::Socket socket, Connection& connection) {
    const std::string from = socket.peer().text();
    try {
      const auto settings = settings_();
      Peer peer = accept(tcp_stream(std::move(socket)), *settings, connection.handshake_stop.get_token());
      connection.phase = Phase::talk;
      talk(std::move(peer), connection.talk_stop.get_token());
    } catch (const Error& error) {
      report_(from, without_address(error, from));
    } catch (const std::exception& failure) {
      report_(from, Error(ErrorKind::internal, failure.what()));
    }
  }

  void talk(Peer peer, std::stop_token stop) {
    struct Counted {
      std::atomic<std::size_t>& count;
      ~Counted() { --count; }
    };
    const std::size_t before = talking_++;
    const Counted counted{talking_};
    if (before < limits_.connections) return handler_(std::move(peer), std::move(stop));
    peer.channel->send(wire::Signal::terminate);
    peer.channel->close();
    throw Error(ErrorKind::refused, "\"{}\" is one connection more than the {} allowed", printable(peer.name),
                limits_.connections);
  }

  os::Listener listener_;
  // The listener belongs to the acceptor; these are for everybody.
  const std::vector<os::SocketAddress> addresses_ = listener_.addresses();
  Settings settings_;
  Handler handler_;
  Report report_;
  ServerLimits limits_;
  std::atomic<std::size_t> talking_ = 0;
  std::list<Connection> connections_;  // the acceptor's
  std::jthread acceptor_;
};

Server::Server(const std::vector<os::ListenAddress>& addresses, Settings settings, Handler handler,
               Report report, ServerLimits limits)
    : self_(std::make_unique<Implementation>(addresses, std::move(settings), std::move(handler),
                                             std::move(report), limits)) {}

Server::~Server() = default;

std::vector<os::SocketAddress> Server::addresses() const { return self_->addresses(); }

}  // namespace holdfast::transport
