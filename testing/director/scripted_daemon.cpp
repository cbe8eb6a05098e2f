// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/director/scripted_daemon.h"

#include <algorithm>

#include "base/error.h"
#include "testing/transport/memory_stream.h"

namespace holdfast::testing_support {

using From = RecordedPacket::From;

std::string_view to_string(Misbehaviour misbehaviour) {
  constexpr std::string_view names[] = {"hangs up",        "breaks off",     "sends garbage",
                                        "sends a refusal", "announces 2 GB", "sends half a packet",
                                        "falls silent"};
  return names[static_cast<std::size_t>(misbehaviour)];
}

std::size_t packets_of_daemon(const std::vector<RecordedPacket>& packets) {
  return static_cast<std::size_t>(
      std::count_if(packets.begin(), packets.end(),
                    [](const RecordedPacket& packet) { return packet.from == From::listener; }));
}

ScriptedDaemon::ScriptedDaemon(std::vector<RecordedPacket> packets, std::size_t before,
                               Misbehaviour misbehaviour)
    : packets_(std::move(packets)), before_(before), misbehaviour_(misbehaviour) {
  auto [director, own] = transport::memory_pair();
  director_end_ = std::make_unique<transport::Channel>(std::move(director));
  own_end_ = std::make_unique<transport::Channel>(std::move(own));
  thread_ = std::jthread([this] {
    try {
      play();
    } catch (const Error&) {
      // The Director has gone.
    }
    if (misbehaviour_ != Misbehaviour::break_off && own_end_) own_end_->interrupt();
  });
}

ScriptedDaemon::~ScriptedDaemon() {
  if (thread_.joinable()) thread_.join();
}

void ScriptedDaemon::play() {
  std::size_t said = 0;
  for (const RecordedPacket& packet : packets_) {
    if (packet.from == From::connector) {
      if (std::holds_alternative<transport::Closed>(own_end_->receive())) return;
      continue;
    }
    if (said++ == before_) {
      misbehave();
      if (!own_end_) return;
    }
    if (packet.signal)
      own_end_->send(*packet.signal);
    else
      own_end_->send(packet.payload);
  }
  own_end_->flush();
  listen_to_the_end();
}

void ScriptedDaemon::misbehave() {
  own_end_->flush();
  misbehaving_.set_value();
  switch (misbehaviour_) {
    case Misbehaviour::silence: break;
    case Misbehaviour::hang_up:
      own_end_->close();
      own_end_.reset();
      return;
    case Misbehaviour::break_off: own_end_.reset(); return;
    case Misbehaviour::garbage:
      own_end_->send(std::string("\x01\xff garbage \0 %s\n", 15));
      own_end_->send("Jmsg Job=");
      own_end_->send("CatReq Job=x FindMedia=99999999999999999999 pool_name=\n");
      return;
    case Misbehaviour::wrong_reply: own_end_->send("3999 no\n"); break;
    case Misbehaviour::huge_length:
      own_end_->stream().write(as_bytes(std::string_view("\x7f\xff\xff\xff", 4)));
      break;
    case Misbehaviour::half_packet:
      own_end_->stream().write(
          as_bytes(std::string_view("\0\0\0\x64"
                                    "2000",
                                    8)));
      break;
  }
  own_end_->flush();
  listen_to_the_end();
  own_end_.reset();
}

void ScriptedDaemon::listen_to_the_end() {
  try {
    while (!std::holds_alternative<transport::Closed>(own_end_->receive())) continue;
  } catch (const Error&) {
    // It ended.
  }
}

}  // namespace holdfast::testing_support
