// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/transport/replay.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "testing/transport/memory_stream.h"

namespace holdfast::testing_support {

namespace {
constexpr auto patience = std::chrono::seconds(20);
constexpr std::size_t shown_bytes = 300;
constexpr std::size_t most_differences = 20;

std::string shown(const RecordedPacket& packet) {
  if (packet.signal) return fmt::format("<signal {}>", static_cast<int>(*packet.signal));
  const auto text = printable(std::string_view(packet.payload).substr(0, shown_bytes));
  return packet.payload.size() > shown_bytes ? fmt::format("{}... ({} bytes)", text, packet.payload.size())
                                             : text;
}
}  // namespace

std::vector<ReplayMask> usual_masks() {
  const auto number_behind = [](const std::string& name) {
    return ReplayMask{std::regex("\\b" + name + "=-?[0-9]+"), name + "=#"};
  };
  return {
      number_behind("level"),
      number_behind("SDtime"),
      number_behind("EndTime"),
      number_behind("VolReadTime"),
      number_behind("VolWriteTime"),
      number_behind("VolFirstWritten"),
      {std::regex("^btime [0-9]+"), "btime #"},
      {std::regex("Authorization=[A-P]{4}(-[A-P]{4}){7}"), "Authorization=#"},
      {std::regex("Elapsed time=[0-9:]+, Transfer rate=.*"), "Elapsed time=#, Transfer rate=#"},
  };
}

std::vector<RecordedPacket> conversation(const Transcript& transcript, int connection) {
  auto packets = transcript.connection(connection);
  std::size_t start = 0;
  for (std::size_t i = 0; i < packets.size() && i < 10; ++i) {
    const std::string& text = packets[i].payload;
    if (text == "1000 OK auth\n" || text.starts_with("2000 OK Hello") || text.starts_with("3000 OK Hello"))
      start = i + 1;
  }
  packets.erase(packets.begin(), packets.begin() + static_cast<std::ptrdiff_t>(start));
  return packets;
}

Replay::Replay(std::vector<RecordedPacket> packets, From ours, std::vector<ReplayMask> masks, Ignored ignored)
    : packets_(std::move(packets)), ours_(ours), masks_(std::move(masks)), ignored_(std::move(ignored)) {
  auto [ours_stream, peer_stream] = transport::memory_pair();
  our_end_ = std::make_unique<transport::Channel>(std::move(ours_stream));
  peer_end_ = std::make_unique<transport::Channel>(std::move(peer_stream));
  peer_end_->set_timeout(patience);
  peer_ = std::jthread([this] { play(); });
}

Replay::~Replay() { peer_end_->interrupt(); }

std::unique_ptr<transport::Channel> Replay::channel() { return std::move(our_end_); }

std::vector<std::string> Replay::differences() {
  our_end_.reset();
  if (peer_.joinable()) peer_.join();
  return differences_;
}

void Replay::play() {
  try {
    for (; at_ < packets_.size() && differences_.size() < most_differences; ++at_) {
      const RecordedPacket& packet = packets_[at_];
      if (ignored_ && ignored_(packet)) continue;
      if (packet.from == ours_) {
        expect(packet);
      } else if (packet.signal) {
        peer_end_->send(*packet.signal);
      } else {
        peer_end_->send(packet.payload);
      }
    }
    peer_end_->flush();
    // A recording that was cut off does not tell what our code would have said next.
    const bool is_whole = !packets_.empty() && packets_.back().signal == wire::Signal::terminate;
    for (RecordedPacket more; is_whole && differences_.size() < most_differences && receive(more);)
      differ("nothing", shown(more));
    peer_end_->close();
  } catch (const Error& error) {
    // Our code may hang up when all that is left to come is the peer's.
    const auto is_due = [this](const RecordedPacket& packet) {
      return packet.from == ours_ && !(terminated_ && packet.signal == wire::Signal::terminate);
    };
    const auto next =
        std::find_if(packets_.begin() + static_cast<std::ptrdiff_t>(at_), packets_.end(), is_due);
    if (next != packets_.end()) differ(shown(*next), error.message());
    peer_end_->stream().close();
  }
}

void Replay::expect(const RecordedPacket& recorded) {
  RecordedPacket found;
  // Some of the peer's conversations end in two of them. The first one says it all.
  const bool is_repetition = terminated_ && recorded.signal == wire::Signal::terminate;
  if (is_repetition) return;
  if (!receive(found)) throw Error(ErrorKind::network, "the end of the connection");
  if (found.signal != recorded.signal || masked(found) != masked(recorded))
    differ(shown(recorded), shown(found));
}

bool Replay::receive(RecordedPacket& into) {
  for (;;) {
    if (peer_end_->is_dead()) return false;
    into = {};
    const auto received = peer_end_->receive();
    if (std::holds_alternative<transport::Closed>(received)) return false;
    if (const auto* signal = std::get_if<wire::Signal>(&received)) into.signal = *signal;
    terminated_ = terminated_ || into.signal == wire::Signal::terminate;
    if (const auto* packet = std::get_if<transport::Packet>(&received)) into.payload = packet->text();
    into.from = ours_;
    const bool heartbeat = into.signal == wire::Signal::heartbeat;
    if (!heartbeat && !(ignored_ && ignored_(into))) return true;
  }
}

std::string Replay::masked(const RecordedPacket& packet) const {
  std::string text = packet.payload;
  // Masks are for messages; contents of files are compared as they are.
  constexpr std::size_t longest_message = 4096;
  if (text.size() > longest_message) return text;
  for (const ReplayMask& mask : masks_) text = std::regex_replace(text, mask.pattern, mask.replacement);
  return text;
}

void Replay::differ(const std::string& expected, const std::string& found) {
  differences_.push_back(fmt::format("packet {}: recorded {}, found {}", at_, expected, found));
}

}  // namespace holdfast::testing_support
