// SPDX-License-Identifier: AGPL-3.0-or-later
// What the process that hosts a plugin says, which runs code of others.
#include <cstdint>

#include "base/error.h"
#include "plugins/host_message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
  try {
    const auto length = plugins::message_length(bytes);
    if (!length || *length > size) return 0;
    const auto fields = plugins::parse_message(bytes.first(*length));
    const auto rest = std::span(fields).subspan(1);
    if (const auto offer = plugins::read_offer(rest)) plugins::describe(offer->stat);
    static_cast<void>(plugins::read_extras(rest));
    static_cast<void>(plugins::read_named_file(rest));
    static_cast<void>(plugins::read_change(rest));
  } catch (const Error&) {
  }
  return 0;
}
