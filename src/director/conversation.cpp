// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/conversation.h"

#include "base/error.h"
#include "base/text.h"
#include "wire/catalog_requests.h"
#include "wire/storage_to_director.h"

namespace holdfast::director {

using wire::Signal;

namespace {
constexpr std::size_t shown_of_bad_message = 100;
}

Conversation::Heard Conversation::hear() {
  while (true) {
    const transport::Received received = channel_->receive();
    if (std::holds_alternative<transport::Closed>(received)) return Ended{};
    if (const auto* signal = std::get_if<Signal>(&received)) {
      if (*signal == Signal::end_of_data) return EndOfData{};
      if (*signal == Signal::terminate) return Ended{};
      answer(*signal);
      continue;
    }
    const auto& packet = std::get<transport::Packet>(received);
    if (wire::request_kind(packet.text()) == wire::RequestKind::reply) return std::string(packet.text());
    try {
      serve(packet);
    } catch (const Error&) {
      rethrow_with("While serving {}", with_);
    }
  }
}

void Conversation::answer(Signal signal) {
  switch (signal) {
    case Signal::end_of_data_poll:
    case Signal::poll: channel_->send(wire::director_alive); break;
    case Signal::status:
      channel_->send(wire::status_alive);
      channel_->send(Signal::end_of_data);
      break;
    case Signal::clock_request:
      channel_->send(wire::encode(wire::ClockReply{clock_.now().time_since_epoch().count()}));
      break;
    default: break;  // heartbeats
  }
}

void Conversation::serve(const transport::Packet& packet) {
  const std::string_view text = packet.text();
  switch (wire::request_kind(text)) {
    case wire::RequestKind::job_message:
      if (const auto message = wire::decode<wire::JobMessage>(text)) return requests_.job_message(*message);
      break;
    case wire::RequestKind::status:
      if (const auto change = wire::decode<wire::storage::StatusChange>(text))
        return requests_.status(change->status);
      break;
    case wire::RequestKind::attributes: return requests_.attributes(packet.bytes);
    case wire::RequestKind::catalog_request: {
      const std::string reply = requests_.catalog_request(text);
      if (!reply.empty()) channel_->send(reply);
      return;
    }
    case wire::RequestKind::blast_attributes:
      // The file named may be anybody's: the Storage Daemon sends the records over the connection instead.
      return channel_->send(wire::refused_blast_attributes);
    case wire::RequestKind::proof:
      if (const auto proof = wire::decode<wire::RecordProof>(text)) return requests_.proof(*proof);
      break;
    case wire::RequestKind::reply:
    case wire::RequestKind::malformed: break;
  }
  if (requests_.listed(text)) return;
  throw Error(ErrorKind::invalid, "Malformed message: {}", printable(text.substr(0, shown_of_bad_message)));
}

std::string Conversation::reply(std::string_view command) {
  while (true) {
    Heard heard = hear();
    if (auto* text = std::get_if<std::string>(&heard)) return std::move(*text);
    // The end of a list, such as that of the clock exchange, comes before the reply proper.
    if (std::holds_alternative<Ended>(heard))
      throw Error(ErrorKind::network, "{} ended the conversation before its reply to {}", with_, command);
  }
}

void Conversation::expect(std::string_view command, std::string_view wanted) {
  const std::string got = reply(command);
  if (got != wanted) throw Error(ErrorKind::refused, "{}: {}", with_, bad_response(command, wanted, got));
}

void Conversation::ask(std::string_view command, std::string_view text, std::string_view wanted) {
  send(text);
  expect(command, wanted);
}

void Conversation::terminate() noexcept {
  try {
    if (channel_->is_dead()) return;
    channel_->send(Signal::terminate);
    channel_->close();
  } catch (const Error&) {
    // The daemon has gone already.
  }
}

std::string bad_response(std::string_view command, std::string_view wanted, std::string_view got) {
  return fmt::format("Bad response to {} command: wanted {}, got {}", command, trim(wanted),
                     printable(trim(got)));
}

}  // namespace holdfast::director
