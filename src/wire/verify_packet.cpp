// SPDX-License-Identifier: AGPL-3.0-or-later
#include "wire/verify_packet.h"

namespace holdfast::wire::client {
namespace {

constexpr std::int32_t stream_mask = 0x7ff;

template <typename Message>
Expected<VerifyPacket, DecodeError> decoded(std::string_view text) {
  auto message = decode<Message>(text);
  if (!message) return unexpected(message.error());
  return VerifyPacket(std::move(*message));
}

}  // namespace

Expected<VerifyPacket, DecodeError> decode_verify_packet(std::string_view text) {
  Scanner from(text);
  std::uint32_t file_index = 0;
  std::int32_t stream = 0;
  const bool fits = from.number(file_index) && from.literal(" ") && from.number(stream);
  if (!fits) return unexpected(from.error());
  switch (stream & stream_mask) {
    case 1:
    case 5: return decoded<VerifyAttributes>(text);
    case 3:
    case 10:
    case 17:
    case 18:
    case 40: return decoded<VerifyDigest>(text);
    case 28: return VerifyPacket(VerifyOther{file_index});
    default: from.fail("unknown stream"); return unexpected(from.error());
  }
}

}  // namespace holdfast::wire::client
