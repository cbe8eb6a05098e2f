// SPDX-License-Identifier: AGPL-3.0-or-later
#include "transport/channel.h"

#include <thread>

#include "base/error.h"
#include "testing/base/thrown.h"
#include "testing/transport/faulty_stream.h"
#include "testing/transport/framed.h"
#include "testing/transport/memory_stream.h"
#include "transport/forwarding_stream.h"

namespace holdfast::transport {
namespace {

using testing_support::thrown_kind;
using wire::Signal;

/// A channel and the bare stream at its other end.
struct World {
  explicit World(std::size_t capacity = 8 << 20) {
    auto [ours, theirs] = memory_pair(capacity);
    channel = std::make_unique<Channel>(std::move(ours));
    stream = std::move(theirs);
  }

  void write(std::string_view bytes) { stream->write(as_bytes(bytes)); }

  std::string read(std::size_t count) {
    Buffer bytes(count);
    for (std::size_t done = 0; done < count;) done += stream->read(MutableBytes(bytes).subspan(done));
    return std::string(as_text(bytes));
  }

  std::unique_ptr<Channel> channel;
  std::unique_ptr<ByteStream> stream;
};

/// Keeps whatever it may, as TLS does.
class GatheringStream final : public ForwardingStream {
 public:
  using ForwardingStream::ForwardingStream;
  void write(Bytes data) override {
    append(kept_, data);
    inner().write(std::exchange(kept_, {}));
  }
  void gather_pieces(std::span<const Bytes> pieces) override {
    for (const Bytes piece : pieces) append(kept_, piece);
  }

 private:
  Buffer kept_;
};

std::string text_of(const Received& received) {
  const auto* packet = std::get_if<Packet>(&received);
  return packet != nullptr ? std::string(packet->text()) : "no packet";
}

using namespace std::string_literals;

TEST(Channel, FramesPacketsAsTheChapterComputes) {
  World world;
  world.channel->send("1000 OK auth\n");
  world.channel->send(Signal::end_of_data);
  world.channel->send(Signal::terminate);
  world.channel->flush();
  EXPECT_EQ(world.read(25),
            "\0\0\0\x0d"s
            "1000 OK auth\n"
            "\xff\xff\xff\xff"
            "\xff\xff\xff\xfc"s);
}

TEST(Channel, ReceivesPacketsAndSignalsInTheirOrder) {
  World world;
  world.write(framed("one") + framed("") + "\xff\xff\xff\xff" + framed("two"));
  EXPECT_EQ(text_of(world.channel->receive()), "one");
  EXPECT_EQ(text_of(world.channel->receive()), "");
  EXPECT_EQ(std::get<Signal>(world.channel->receive()), Signal::end_of_data);
  EXPECT_EQ(text_of(world.channel->receive()), "two");
}

TEST(Channel, PutsPacketsTogetherFromPiecesOfAnySize) {
  for (const std::size_t piece : {1U, 2U, 3U, 7U}) {
    auto [ours, theirs] = memory_pair();
    Channel channel(std::make_unique<FaultyStream>(std::move(ours), Faults{.read_at_most = piece}));
    theirs->write(as_bytes(framed("a packet") + framed("and another")));
    EXPECT_EQ(text_of(channel.receive()), "a packet");
    EXPECT_EQ(text_of(channel.receive()), "and another");
  }
}

TEST(Channel, GathersPacketsUntilFlush) {
  World world;
  world.stream->set_timeout(std::chrono::milliseconds(1));
  world.channel->send("gathered");
  EXPECT_EQ(thrown_kind([&] { world.read(1); }), ErrorKind::timeout);
  world.channel->flush();
  EXPECT_EQ(world.read(12), framed("gathered"));
}

TEST(Channel, FlushesBeforeItWaitsForAnAnswer) {
  World world;
  std::jthread peer([&] {
    if (world.read(12) == framed("question")) world.write(framed("answer"));
  });
  world.channel->send("question");
  EXPECT_EQ(text_of(world.channel->receive()), "answer");
}

TEST(Channel, FlushesBeforeItWaitsForTheRestOfAPacket) {
  World world;
  world.write(framed("answer").substr(0, 7));
  std::jthread peer([&] {
    if (world.read(12) == framed("question")) world.write("wer");
  });
  world.channel->send("question");
  EXPECT_EQ(text_of(world.channel->receive()), "answer");
}

TEST(Channel, FlushesWhatTheStreamGathersWhenItWaits) {
  auto [ours, theirs] = memory_pair(8 << 20);
  Channel channel(std::make_unique<GatheringStream>(std::move(ours)));
  Channel peer(std::move(theirs));
  const std::string large(100'000, 'x');
  std::jthread answering([&] {
    EXPECT_EQ(text_of(peer.receive()), "small");
    EXPECT_EQ(text_of(peer.receive()), large);
    peer.send("answer");
    peer.flush();
    EXPECT_EQ(text_of(peer.receive()), large);
  });
  channel.send("small");
  channel.send(large);
  EXPECT_EQ(text_of(channel.receive()), "answer");
  channel.send(large);
  channel.flush();
}

TEST(Channel, DoesNotFlushWhatAnotherThreadIsGathering) {
  World world;
  std::jthread([&] { world.channel->send("of another thread"); }).join();
  world.write(framed("here already") + framed("and read at once"));
  world.channel->receive();
  world.stream->set_timeout(std::chrono::milliseconds(1));
  EXPECT_EQ(thrown_kind([&] { world.read(1); }), ErrorKind::timeout);
}

TEST(Channel, SendsPartsAsOnePacket) {
  World world;
  world.channel->send_parts({as_bytes("to"), as_bytes(""), as_bytes("gether")});
  world.channel->flush();
  EXPECT_EQ(world.read(12), framed("together"));
}

TEST(Channel, TakesThePayloadsOfTheLargestSize) {
  World world;
  const std::string largest(wire::max_received_payload, 'x');
  world.write(framed("before") + framed(largest) + framed("behind"));
  EXPECT_EQ(text_of(world.channel->receive()), "before");
  EXPECT_EQ(text_of(world.channel->receive()), largest);
  EXPECT_EQ(text_of(world.channel->receive()), "behind");
}

TEST(Channel, CutsMessagesThatAreTooLongForAPacket) {
  World world;
  const std::string longest(wire::max_sent_payload, 'x');
  world.channel->send(longest + "rest");
  world.channel->flush();
  EXPECT_EQ(world.read(longest.size() + 12), framed(longest) + framed("rest"));
}

TEST(Channel, KeepsTheOrderOfSmallAndLargePackets) {
  World world;
  std::string expected;
  for (const std::size_t size : {10U, 300'000U, 5U, 262'144U, 262'140U, 1U}) {
    const std::string payload(size, static_cast<char>('a' + size % 26));
    world.channel->send(payload);
    expected += framed(payload);
  }
  world.channel->flush();
  EXPECT_EQ(world.read(expected.size()), expected);
}

TEST(Channel, RefusesALengthOverTheLimitBeforeItReadsAnyOfIt) {
  for (const std::string& length : {"\x7f\xff\xff\xff"s, "\x00\x0f\x42\x41"s}) {
    World world;
    world.write(length);
    EXPECT_EQ(thrown_kind([&] { world.channel->receive(); }), ErrorKind::invalid);
    EXPECT_TRUE(world.channel->is_dead());
    EXPECT_TRUE(std::holds_alternative<Closed>(world.channel->receive()));
    EXPECT_EQ(thrown_kind([&] { world.channel->send("anything"); }), ErrorKind::network);
  }
}

TEST(Channel, IsDeadAfterTerminate) {
  World world;
  world.write("\xff\xff\xff\xfc" + framed("never read"));
  EXPECT_EQ(std::get<Signal>(world.channel->receive()), Signal::terminate);
  EXPECT_TRUE(world.channel->is_dead());
  EXPECT_TRUE(std::holds_alternative<Closed>(world.channel->receive()));
}

TEST(Channel, TellsAnOrderlyEnd) {
  World world;
  world.write(framed("last"));
  world.stream->close();
  EXPECT_EQ(text_of(world.channel->receive()), "last");
  EXPECT_TRUE(std::holds_alternative<Closed>(world.channel->receive()));
  EXPECT_TRUE(world.channel->is_dead());
}

TEST(Channel, DoesNotTakeHalfAPacketForAnEnd) {
  const std::string whole = framed("whole");
  for (std::size_t size = 1; size < whole.size(); ++size) {
    World world;
    world.write(whole.substr(0, size));
    world.stream->close();
    EXPECT_EQ(thrown_kind([&] { world.channel->receive(); }), ErrorKind::network) << size;
  }
}

TEST(Channel, GoesOnAfterATimeoutInTheMiddleOfAPacket) {
  World world;
  world.channel->set_timeout(std::chrono::milliseconds(1));
  world.write(framed("in two halves").substr(0, 9));
  EXPECT_EQ(thrown_kind([&] { world.channel->receive(); }), ErrorKind::timeout);
  world.write(framed("in two halves").substr(9));
  EXPECT_EQ(text_of(world.channel->receive()), "in two halves");
}

TEST(Channel, SendsNothingMoreAfterAFailedWrite) {
  World world(4);
  world.channel->set_timeout(std::chrono::milliseconds(1));
  world.channel->send("longer than the capacity");
  EXPECT_EQ(thrown_kind([&] { world.channel->flush(); }), ErrorKind::timeout);
  EXPECT_EQ(thrown_kind([&] { world.channel->send("more"); }), ErrorKind::network);
}

TEST(Channel, GivesTheStreamBackWithWhatItReadTooEarly) {
  World world;
  world.write(framed("last packet") + "another protocol");
  EXPECT_EQ(text_of(world.channel->receive()), "last packet");
  world.channel->send("flushed");
  const auto stream = world.channel->detach();
  EXPECT_EQ(world.read(11), framed("flushed"));
  Buffer into(100);
  EXPECT_EQ(as_text(Bytes(into).first(stream->read(into))), "another protocol");
}

TEST(Channel, LetsOneThreadReceiveWhileAnotherSends) {
  auto [left_stream, right_stream] = memory_pair(1000);
  Channel left(std::move(left_stream));
  Channel right(std::move(right_stream));
  constexpr int count = 2000;
  const auto send_all = [](Channel& channel) {
    for (int i = 0; i < count; ++i) channel.send(std::to_string(i));
    channel.flush();
  };
  const auto receive_all = [](Channel& channel) {
    int matching = 0;
    for (int i = 0; i < count; ++i) matching += text_of(channel.receive()) == std::to_string(i) ? 1 : 0;
    return matching;
  };
  std::jthread left_sender([&] { send_all(left); });
  std::jthread right_sender([&] { send_all(right); });
  int received_left = 0;
  std::jthread left_receiver([&] { received_left = receive_all(left); });
  EXPECT_EQ(receive_all(right), count);
  left_receiver.join();
  EXPECT_EQ(received_left, count);
}

}  // namespace
}  // namespace holdfast::transport
