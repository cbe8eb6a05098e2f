// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/standing_connection.h"

#include <array>
#include <atomic>
#include <list>
#include <thread>

#include "base/wait.h"
#include "transport/connect.h"
#include "transport/peeked_stream.h"

namespace holdfast::client {

namespace {

using transport::Channel;

std::unique_ptr<Channel> introduce(const StandingConnection& standing, const std::stop_token& stop) {
  transport::Introduction who;
  who.conversation = transport::Conversation::client;
  who.name = standing.self.name;
  who.key = standing.director.password.text;
  who.policy = transport::tls_policy(standing.director.tls.enable, standing.director.tls.require);
  who.tls = standing.tls;
  who.host = standing.director.address;
  transport::Reach reach;
  reach.port = static_cast<std::uint16_t>(standing.director.port);
  reach.heartbeat = standing.self.heartbeat_interval;
  return transport::connect(who, reach, stop).channel;
}

/// Waits until the Director says something. The channel that begins with it; null where the connection is lost.
std::unique_ptr<Channel> awaited(std::unique_ptr<Channel> channel, const std::stop_token& stop) {
  auto stream = channel->detach();
  const std::stop_callback wake(stop, [open = stream.get()] { open->interrupt(); });
  std::array<std::byte, 1> first;
  try {
    if (stream->read(first) == 0) return nullptr;
  } catch (const Error&) {
    return nullptr;
  }
  return std::make_unique<Channel>(transport::with_bytes_in_front(first, std::move(stream)));
}

/// Conversations in work, each on its thread.
class Conversations {
 public:
  void start(const StandingConnection& standing, std::unique_ptr<Channel> channel) {
    running_.remove_if([](const Conversation& conversation) { return conversation.is_over.load(); });
    Conversation& added = running_.emplace_back();
    added.thread =
        std::jthread([&standing, &added, open = std::move(channel)](const std::stop_token& stop) mutable {
          try {
            standing.serve(std::move(open), stop);
          } catch (const Error& error) {
            standing.failed(error);
          }
          added.is_over = true;
        });
  }

 private:
  struct Conversation {
    std::atomic<bool> is_over = false;
    std::jthread thread;
  };
  std::list<Conversation> running_;
};

}  // namespace

void StandingConnection::run(std::stop_token stop) const {
  Conversations conversations;
  while (!stop.stop_requested()) {
    try {
      if (auto channel = awaited(introduce(*this, stop), stop))
        conversations.start(*this, std::move(channel));
      else
        pause_for(pause_after_loss, stop);
    } catch (const Error& error) {
      if (stop.stop_requested()) return;
      failed(error);
      pause_for(pause_after_failure, stop);
    }
  }
}

}  // namespace holdfast::client
