// SPDX-License-Identifier: AGPL-3.0-or-later
#include "transport/server.h"

#include <atomic>
#include <list>
#include <thread>

#include "base/guarded.h"
#include "os/wait.h"
#include "transport/tcp_stream.h"

namespace holdfast::transport {

namespace {

struct Counts {
  std::size_t unauthenticated = 0;
  std::size_t connections = 0;
};

/// Holds a place among the connections while it lives.
class Place {
 public:
  enum class State { unauthenticated, authenticated };

  /// Nothing when there are too many.
  static std::optional<Place> take(Guarded<Counts>& counts, const ServerLimits& limits) {
    const bool free = counts.with([&](Counts& now) {
      if (now.unauthenticated >= limits.unauthenticated || now.connections >= limits.connections)
        return false;
      ++now.unauthenticated;
      ++now.connections;
      return true;
    });
    return free ? std::optional(Place(counts)) : std::nullopt;
  }

  Place(Place&& other) noexcept : counts_(std::exchange(other.counts_, nullptr)), state_(other.state_) {}
  Place& operator=(Place&&) = delete;
  ~Place() {
    if (counts_ == nullptr) return;
    set_authenticated();
    counts_->with([](Counts& now) { --now.connections; });
  }

  void set_authenticated() {
    if (std::exchange(state_, State::authenticated) == State::authenticated) return;
    counts_->with([](Counts& now) { --now.unauthenticated; });
  }

 private:
  explicit Place(Guarded<Counts>& counts) : counts_(&counts) {}

  Guarded<Counts>* counts_;
  State state_ = State::unauthenticated;
};

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
        acceptor_([this] { accept_until_stopped(); }) {}

  ~Implementation() {
    stopping_.request_stop();
    acceptor_.join();
    connections_.clear();
  }

  std::vector<os::SocketAddress> addresses() const { return addresses_; }

 private:
  struct Connection {
    std::atomic<bool> is_over = false;
    std::jthread thread;
  };

  void accept_until_stopped() {
    const os::StopEvent stop(stopping_.get_token());
    while (!stop.is_set()) {
      try {
        auto socket = listener_.accept(stop);
        if (socket) start(std::move(*socket));
      } catch (const std::exception& failure) {
        report_("listener", Error(ErrorKind::io, failure.what()));
        os::pause_for(std::chrono::milliseconds(100), stop);  // no thread, no memory: it may pass
      }
    }
  }

  void start(os::Socket socket) {
    connections_.remove_if([](const Connection& connection) { return connection.is_over.load(); });
    auto place = Place::take(counts_, limits_);
    if (!place) {
      report_(socket.peer().text(), Error(ErrorKind::refused, "hung up on: there are too many connections"));
      return;
    }
    Connection& connection = connections_.emplace_back();
    // The flag is set last, so that joining a thread that has set it does not take long.
    connection.thread =
        std::jthread([this, &connection, socket = std::move(socket), place = std::move(*place)]() mutable {
          run(std::move(socket), std::move(place));
          connection.is_over = true;
        });
  }

  void run(os::Socket socket, Place place) {
    const std::string from = socket.peer().text();
    try {
      const auto settings = settings_();
      Peer peer = accept(tcp_stream(std::move(socket)), *settings, stopping_.get_token());
      place.set_authenticated();
      handler_(std::move(peer), stopping_.get_token());
    } catch (const Error& error) {
      report_(from, error);
    } catch (const std::exception& failure) {
      report_(from, Error(ErrorKind::internal, failure.what()));
    }
  }

  os::Listener listener_;
  // The listener belongs to the acceptor; these are for everybody.
  const std::vector<os::SocketAddress> addresses_ = listener_.addresses();
  Settings settings_;
  Handler handler_;
  Report report_;
  ServerLimits limits_;
  std::stop_source stopping_;
  Guarded<Counts> counts_;
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
