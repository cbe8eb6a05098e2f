// SPDX-License-Identifier: AGPL-3.0-or-later
// Every message of the protocol read from the same bytes, and written again. (Empty words between blanks read
// differently the second time, as they do at the peer, so that the texts are not compared.)
#include <cstdlib>

#include "base/bytes.h"
#include "wire/all_messages.h"
#include "wire/fileset_line.h"

namespace {

using namespace holdfast;

/// Messages that begin otherwise all fail at their first byte; trying each on every input would take nearly all the
/// time.
template <typename Message>
bool may_be(std::string_view text) {
  using First = std::tuple_element_t<0, decltype(Message::layout())>;
  if constexpr (std::is_same_v<First, wire::Literal>) {
    return text.empty() || text.front() == std::get<0>(Message::layout()).text.front();
  }
  return true;
}

template <typename Message>
void check(std::string_view text) {
  if (!may_be<Message>(text)) return;
  const auto decoded = wire::decode<Message>(text);
  if (decoded ? wire::encode(*decoded).size() > 2 * text.size() + 1000 : decoded.error().reason.empty())
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  wire::for_each_message([text]<typename Message>() { check<Message>(text); });
  if (const auto line = wire::decode_fileset_line(text)) {
    if (!wire::decode_fileset_line(wire::encode(*line))) std::abort();
  }
  if (const auto update = wire::decode_attributes_update(as_bytes(text))) {
    if (!wire::decode_attributes_update(as_bytes(wire::encode(*update)))) std::abort();
  }
  wire::request_kind(text);
  return 0;
}
