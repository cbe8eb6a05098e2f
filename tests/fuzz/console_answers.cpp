// SPDX-License-Identifier: AGPL-3.0-or-later
// What a Director answers to a console: JSON for programs, words for completion.
#include <cstdlib>

#include "base/error.h"
#include "console/api_session.h"
#include "console/completion.h"
#include "said_stream.h"
#include "transport/channel.h"

using namespace holdfast;

namespace {

void call(Bytes said) {
  try {
    console::ApiSession session(
        std::make_unique<transport::Channel>(std::make_unique<fuzz::SaidStream>(fuzz::framed_packets(said))));
    for (;;) session.call("list jobs");
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::internal) std::abort();
  }
}

/// The first packet is the line to be completed.
void complete(Bytes said) {
  const std::string line(as_text(fuzz::take_until(said, fuzz::packet_end)));
  std::vector<std::string> packets;
  while (!said.empty()) packets.emplace_back(as_text(fuzz::take_until(said, fuzz::packet_end)));
  const auto answer = [&](const std::string&) { return packets; };
  const std::size_t typed = line.size() - std::min(line.rfind(' ') + 1, line.size());
  for (const auto mode : {console::Mode::commands, console::Mode::restore_tree})
    console::completions(line, typed, mode, answer);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input(reinterpret_cast<const std::byte*>(data), size);
  call(input);
  complete(input);
  return 0;
}
