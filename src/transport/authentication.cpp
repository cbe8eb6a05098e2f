// SPDX-License-Identifier: AGPL-3.0-or-later
#include "transport/authentication.h"

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "base/text.h"
#include "crypto/cram.h"
#include "crypto/random.h"
#include "os/wait.h"
#include "wire/handshake.h"

namespace holdfast::transport {

namespace {

using crypto::Base64;
using Accepted = std::initializer_list<Base64>;

/// "<1234.5678@name>" -> "name"; nothing where it has not that form.
std::optional<std::string_view> asker_of(std::string_view challenge) {
  if (!challenge.starts_with('<') || !challenge.ends_with('>')) return std::nullopt;
  challenge = challenge.substr(1, challenge.size() - 2);
  const auto dot = challenge.find('.');
  const auto at = challenge.find('@');
  if (dot == std::string_view::npos || at == std::string_view::npos || at < dot) return std::nullopt;
  const auto random = parse_number<std::uint64_t>(challenge.substr(0, dot));
  const auto time = parse_number<std::uint64_t>(challenge.substr(dot + 1, at - dot - 1));
  if (!random || !time) return std::nullopt;
  return challenge.substr(at + 1);
}

/// Somebody sends us a challenge of our own to have it answered. Storage Daemons do meet others of their name.
bool is_replay(std::string_view challenge, std::string_view asker, const Proof& proof) {
  return asker == wire::bashed_text(proof.qualified_name) &&
         challenge.find("R_STORAGE") == std::string_view::npos;
}

void tell(Channel& channel, std::string_view text) {
  channel.send(text);
  channel.flush();
}

/// Answers the peer's challenge; false when the peer did not like the answer.
bool respond(Channel& channel, const Proof& proof, Answer& answer) {
  const std::string challenge = receive_text(channel, "the challenge");
  if (challenge.starts_with("1999")) return false;
  try {
    answer = answer_challenge(challenge, proof);
  } catch (const Error&) {
    tell(channel, wire::authentication_failed);
    throw;
  }
  channel.send(answer.text);
  return receive_text(channel, "the verdict on our key") == wire::authenticated;
}

/// Challenges the peer and tells it the outcome, which is returned.
bool challenge(Channel& channel, const Proof& proof, Accepted flavours) {
  const std::string message = make_challenge(proof);
  channel.send(message);
  std::string answer = receive_text(channel, "the answer to our challenge");
  if (answer.ends_with('\0')) answer.pop_back();
  const auto begin = message.find('<');
  const auto text = std::string_view(message).substr(begin, message.rfind('>') - begin + 1);
  const bool right = std::any_of(flavours.begin(), flavours.end(), [&](Base64 flavour) {
    return crypto::equal_in_constant_time(answer, crypto::cram_answer(proof.key, text, flavour));
  });
  tell(channel, right ? wire::authenticated : wire::authentication_failed);
  return right;
}

}  // namespace

std::string receive_text(Channel& channel, std::string_view what) {
  for (;;) {
    const Received received = channel.receive();
    if (const auto* packet = std::get_if<Packet>(&received)) return std::string(packet->text());
    if (std::holds_alternative<Closed>(received)) {
      throw Error(ErrorKind::network, "{} hung up while we waited for {}", channel.stream().peer(), what);
    }
    switch (std::get<wire::Signal>(received)) {
      case wire::Signal::heartbeat:
      case wire::Signal::heartbeat_response: continue;
      case wire::Signal::terminate:
        throw Error(ErrorKind::refused, "{} refused the connection while we waited for {}",
                    channel.stream().peer(), what);
      default:
        throw Error(ErrorKind::invalid, "{} sent a signal instead of {}", channel.stream().peer(), what);
    }
  }
}

std::string make_challenge(const Proof& proof) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  wire::AuthenticationChallenge message;
  message.challenge = fmt::format("<{}.{}@{}>", crypto::random_31_bits(),
                                  std::chrono::duration_cast<std::chrono::seconds>(now).count(),
                                  wire::bashed_text(proof.qualified_name));
  message.policy = static_cast<unsigned>(proof.policy);
  return wire::encode(message);
}

Answer answer_challenge(std::string_view challenge, const Proof& proof) {
  const auto message = wire::decode<wire::AuthenticationChallenge>(challenge);
  const auto asker = message ? asker_of(message->challenge) : std::nullopt;
  if (!asker) {
    throw Error(ErrorKind::invalid, "not a challenge: \"{}\"", printable(trim(challenge).substr(0, 80)));
  }
  if (is_replay(message->challenge, *asker, proof)) {
    throw Error(ErrorKind::refused, "the challenge is one of our own: {}", printable(message->challenge));
  }
  const Base64 flavour = message->standard_base64 ? Base64::standard : Base64::bareos;
  return {crypto::cram_answer(proof.key, message->challenge, flavour) + '\0', message->policy,
          message->standard_base64};
}

std::optional<unsigned> authenticate_accepting(Channel& channel, const Proof& proof,
                                               const HandshakeTimes& times, std::stop_token stop) {
  if (!challenge(channel, proof, {Base64::bareos, Base64::standard})) {
    // Keeps somebody who tries passwords from trying many.
    os::pause_for(times.failure_pause, os::StopEvent(stop));
    throw Error(ErrorKind::refused, "{} does not know the password", channel.stream().peer());
  }
  Answer answer;
  if (respond(channel, proof, answer)) return answer.policy;
  throw Error(ErrorKind::refused, "{} does not accept our password", channel.stream().peer());
}

std::optional<unsigned> authenticate_connecting(Channel& channel, const Proof& proof) {
  Answer answer;
  if (!respond(channel, proof, answer)) {
    throw Error(ErrorKind::refused, "{} does not accept our password", channel.stream().peer());
  }
  const bool right = answer.standard_base64 ? challenge(channel, proof, {Base64::bareos, Base64::standard})
                                            : challenge(channel, proof, {Base64::bareos});
  if (!right) throw Error(ErrorKind::refused, "{} does not know the password", channel.stream().peer());
  return answer.policy;
}

}  // namespace holdfast::transport
