// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <thread>

#include "base/error.h"
#include "testing/base/thrown.h"
#include "testing/transport/memory_stream.h"

// What every ByteStream must do. A test program includes this once and says over which pairs:
//   INSTANTIATE_TEST_SUITE_P(Memory, ByteStreamSuite, testing::Values(PairMaker([] { return memory_pair(); })));

namespace holdfast::transport {

using PairMaker = std::function<StreamPair()>;

class ByteStreamSuite : public testing::TestWithParam<PairMaker> {
 protected:
  void SetUp() override { std::tie(ours, theirs) = GetParam()(); }

  static std::string read_text(ByteStream& from, std::size_t count) {
    Buffer bytes(count);
    std::size_t done = 0;
    while (done < count) {
      const std::size_t got = from.read(MutableBytes(bytes).subspan(done));
      if (got == 0) break;
      done += got;
    }
    return std::string(as_text(Bytes(bytes).first(done)));
  }

  static std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 + (i >> 8));
    return text;
  }

  template <typename Action>
  static std::optional<ErrorKind> kind_of(Action action) {
    return testing_support::thrown_kind(action);
  }

  std::unique_ptr<ByteStream> ours;
  std::unique_ptr<ByteStream> theirs;
  Buffer small = Buffer(16);
};

TEST_P(ByteStreamSuite, CarriesBytesBothWays) {
  ours->write(as_bytes("there"));
  EXPECT_EQ(read_text(*theirs, 5), "there");
  theirs->write(as_bytes("and back"));
  EXPECT_EQ(read_text(*ours, 8), "and back");
}

TEST_P(ByteStreamSuite, GivesWhatIsThereWithoutWaitingForMore) {
  ours->write(as_bytes("abc"));
  EXPECT_GE(theirs->read(small), 1U);
}

TEST_P(ByteStreamSuite, KeepsTheOrderOfManyWritesOfOddSizes) {
  const std::string sent = pattern(3'000'017);
  std::jthread writer([&] {
    std::size_t size = 1;
    for (std::size_t at = 0; at < sent.size(); at += size, size = (size * 7 + 3) % 100'003) {
      ours->write(as_bytes(std::string_view(sent).substr(at, size)));
    }
  });
  EXPECT_EQ(read_text(*theirs, sent.size()), sent);
}

TEST_P(ByteStreamSuite, JoinsThePiecesOfAWriteInTheirOrder) {
  const std::string sent = pattern(2'000'000);
  const std::string_view text = sent;
  std::jthread writer([&] {
    const Bytes pieces[] = {as_bytes(text.substr(0, 7)),
                            {},
                            as_bytes(text.substr(7, 1'500'000)),
                            as_bytes(text.substr(1'500'007, 16'384)),
                            as_bytes(text.substr(1'516'391))};
    ours->write_pieces(pieces);
    ours->write(as_bytes("behind"));
  });
  EXPECT_EQ(read_text(*theirs, sent.size()), sent);
  EXPECT_EQ(read_text(*theirs, 6), "behind");
}

TEST_P(ByteStreamSuite, CarriesMuchInBothDirectionsAtOnce) {
  const std::string sent = pattern(5'000'000);
  std::string at_theirs;
  std::jthread our_writer([&] { ours->write(as_bytes(sent)); });
  std::jthread their_writer([&] { theirs->write(as_bytes(sent)); });
  std::jthread their_reader([&] { at_theirs = read_text(*theirs, sent.size()); });
  EXPECT_EQ(read_text(*ours, sent.size()), sent);
  their_reader.join();
  EXPECT_EQ(at_theirs, sent);
}

TEST_P(ByteStreamSuite, TellsTheOrderlyEndAfterAllBytes) {
  std::jthread closer([&] {
    ours->write(as_bytes("last"));
    ours->close();
  });
  EXPECT_EQ(read_text(*theirs, 4), "last");
  EXPECT_EQ(theirs->read(small), 0U);
  theirs->close();
}

TEST_P(ByteStreamSuite, ReadsAgainAfterATimeout) {
  theirs->set_timeout(std::chrono::milliseconds(1));
  EXPECT_EQ(kind_of([&] { theirs->read(small); }), ErrorKind::timeout);
  ours->write(as_bytes("late"));
  theirs->set_timeout(std::chrono::milliseconds(0));
  EXPECT_EQ(read_text(*theirs, 4), "late");
}

TEST_P(ByteStreamSuite, TimesOutAWriteThatNobodyReads) {
  ours->set_timeout(std::chrono::milliseconds(1));
  const std::string much = pattern(1 << 20);
  EXPECT_EQ(kind_of([&] {
              for (int i = 0; i < 64; ++i) ours->write(as_bytes(much));
            }),
            ErrorKind::timeout);
}

TEST_P(ByteStreamSuite, DoesNotReadOrWriteAfterTheDeadline) {
  ours->set_deadline(Deadline::clock::now());
  EXPECT_EQ(kind_of([&] { ours->read(small); }), ErrorKind::timeout);
  EXPECT_EQ(kind_of([&] { ours->write(as_bytes("late")); }), ErrorKind::timeout);
}

TEST_P(ByteStreamSuite, DeadlineEndsAReadThatIsBlocked) {
  ours->set_deadline(Deadline::clock::now() + std::chrono::milliseconds(5));
  EXPECT_EQ(kind_of([&] { ours->read(small); }), ErrorKind::timeout);
}

TEST_P(ByteStreamSuite, InterruptWakesABlockedReader) {
  std::optional<ErrorKind> kind;
  std::jthread reader([&] { kind = kind_of([&] { ours->read(small); }); });
  ours->interrupt();
  reader.join();
  EXPECT_EQ(kind, ErrorKind::cancelled);
}

TEST_P(ByteStreamSuite, InterruptWakesABlockedWriter) {
  std::optional<ErrorKind> kind;
  std::jthread writer([&] {
    const std::string much = pattern(1 << 20);
    kind = kind_of([&] {
      for (;;) ours->write(as_bytes(much));
    });
  });
  ours->interrupt();
  writer.join();
  EXPECT_EQ(kind, ErrorKind::cancelled);
}

TEST_P(ByteStreamSuite, StaysInterrupted) {
  theirs->write(as_bytes("here already"));
  ours->interrupt();
  EXPECT_EQ(kind_of([&] { ours->read(small); }), ErrorKind::cancelled);
  EXPECT_EQ(kind_of([&] { ours->write(as_bytes("more")); }), ErrorKind::cancelled);
}

TEST_P(ByteStreamSuite, FailsToWriteWhenThePeerIsGone) {
  theirs.reset();
  const auto kind = kind_of([&] {
    const std::string much = pattern(1 << 20);
    for (int i = 0; i < 64; ++i) ours->write(as_bytes(much));
  });
  EXPECT_EQ(kind, ErrorKind::network);
}

TEST_P(ByteStreamSuite, SeesWithoutReadingThatThePeerIsGone) {
  EXPECT_FALSE(ours->has_peer_hung_up());
  theirs->write(as_bytes("last words"));
  EXPECT_FALSE(ours->has_peer_hung_up());
  theirs.reset();
  while (!ours->has_peer_hung_up()) std::this_thread::yield();
  EXPECT_EQ(read_text(*ours, 10), "last words");
}

TEST_P(ByteStreamSuite, NamesItsPeer) { EXPECT_NE(ours->peer(), ""); }

}  // namespace holdfast::transport
