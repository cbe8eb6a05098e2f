// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/clock_exchange.h"

#include "base/error.h"
#include "wire/job_messages.h"

namespace holdfast::client {

namespace {
constexpr int questions = 10;
constexpr int dropped = 2;  // the first ones wait for caches and TLS

Time ask(transport::Channel& director) {
  director.send(wire::Signal::clock_request);
  const auto received = director.receive();
  const auto* packet = std::get_if<transport::Packet>(&received);
  if (packet == nullptr) throw Error(ErrorKind::network, "the Director does not tell its time");
  const auto reply = wire::decode_or_throw<wire::ClockReply>(packet->text(), "answer about the time");
  return told_time<std::chrono::microseconds>(reply.microseconds);
}
}  // namespace

std::chrono::microseconds clock_ahead(transport::Channel& director, const Clock& clock) {
  std::chrono::microseconds sum{0};
  for (int question = 0; question < questions; ++question) {
    const Time sent = clock.now();
    const Instant before = clock.instant();
    const Time theirs = ask(director);
    const auto round_trip = clock.instant() - before;
    if (question >= dropped) sum += sent - theirs - round_trip / 2;
  }
  director.send(wire::Signal::end_of_data);
  return sum / (questions - dropped);
}

}  // namespace holdfast::client
