// SPDX-License-Identifier: AGPL-3.0-or-later
// What a stranger says before anybody trusts him: the first byte chooses the conversation and our side of it, the second
// whether bytes or packets follow (said_stream.h). Nobody is admitted who does not know the key.
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "said_stream.h"
#include "testing/transport/handshake_world.h"
#include "transport/accept.h"
#include "transport/connect.h"

namespace {

using namespace holdfast;
using namespace holdfast::transport;

constexpr std::size_t conversations = std::size(World::pairs);

const World& world(std::size_t conversation, TlsPolicy policy) {
  struct Row {
    World cleartext;
    World encrypted;
  };
  static const auto* rows = [] {
    auto* made = new std::vector<Row>;
    for (const auto& pair : World::pairs)
      made->push_back(
          {World(pair.conversation, TlsPolicy::none, TlsPolicy::allowed), World(pair.conversation)});
    return made;
  }();
  const Row& row = (*rows)[conversation];
  return policy == TlsPolicy::none ? row.cleartext : row.encrypted;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const Bytes said = Bytes(reinterpret_cast<const std::byte*>(data), size).subspan(2);
  const std::size_t choice = data[0];
  const auto policy = choice / (2 * conversations) % 2 == 0 ? TlsPolicy::none : TlsPolicy::required;
  const World& here = world(choice % conversations, policy);
  auto stream = std::make_unique<fuzz::SaidStream>(
      data[1] % 2 == 0 ? fuzz::framed_packets(said) : to_buffer(said), data[1] / 2 % 64 + 1);
  try {
    if (choice / conversations % 2 == 0)
      accept(std::move(stream), here.accept_settings(), {});
    else
      introduce(std::move(stream), here.who, {});
  } catch (const Error&) {
    return 0;
  }
  std::abort();
}
