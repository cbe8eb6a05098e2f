// SPDX-License-Identifier: AGPL-3.0-or-later
// Whatever bytes a peer sends: packets and signals, cut into reads of the size that the first byte says, and what is
// made of each packet before the peer is authenticated.
#include <cstdlib>
#include <memory>

#include "base/error.h"
#include "crypto/base64.h"
#include "said_stream.h"
#include "transport/authentication.h"
#include "transport/channel.h"
#include "transport/hello.h"

namespace {

using namespace holdfast;
using namespace holdfast::transport;

template <typename Action>
void allow_errors(Action action) {
  try {
    action();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::internal) std::abort();
  }
}

void check_first_message(std::string_view text) {
  for (const Role role : {Role::director, Role::storage, Role::client}) {
    allow_errors([&] {
      if (read_hello(role, text).name.empty()) std::abort();
    });
    read_tls_identity(role, text);
  }
}

void check_challenge(std::string_view text) {
  allow_errors([&] {
    if (answer_challenge(text, {"key", "R_CLIENT::fd", TlsPolicy::none}).text.size() != 23) std::abort();
  });
}

// Decoding what was encoded gives it back, whatever it is.
void check_base64(std::string_view text) {
  crypto::decode_base64(text);
  const auto encoded = crypto::encode_base64(as_bytes(text), crypto::Base64::standard);
  if (crypto::decode_base64(encoded) != to_buffer(text)) std::abort();
  crypto::encode_base64(as_bytes(text), crypto::Base64::bareos);
}

void check_packets(Bytes bytes, std::size_t piece) {
  Channel channel(std::make_unique<fuzz::SaidStream>(to_buffer(bytes), piece));
  std::size_t received = 0;
  while (!channel.is_dead()) {
    const Received next = channel.receive();
    const auto* packet = std::get_if<Packet>(&next);
    if (packet == nullptr) continue;
    received += wire::packet_header_size + packet->bytes.size();
    if (received > bytes.size()) std::abort();
    check_first_message(packet->text());
    check_challenge(packet->text());
    check_base64(packet->text());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes bytes(reinterpret_cast<const std::byte*>(data) + 1, size - 1);
  allow_errors([&] { check_packets(bytes, data[0] + std::size_t{1}); });
  return 0;
}
