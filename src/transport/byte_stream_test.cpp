// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/transport/byte_stream_suite.h"
#include "testing/transport/faulty_stream.h"
#include "testing/transport/tcp_pair.h"
#include "transport/peeked_stream.h"

namespace holdfast::transport {
namespace {

/// Reads of odd sizes, which no record fits.
StreamPair in_pieces(StreamPair pair) {
  return {std::make_unique<FaultyStream>(std::move(pair.first), Faults{.read_at_most = 137}),
          std::make_unique<FaultyStream>(std::move(pair.second), Faults{.read_at_most = 61})};
}

crypto::TlsSettings limited_to_1_2() {
  crypto::TlsSettings settings;
  settings.protocol = "-TLSv1.3";
  return settings;
}

INSTANTIATE_TEST_SUITE_P(Memory, ByteStreamSuite, testing::Values(PairMaker([] { return memory_pair(); })));
INSTANTIATE_TEST_SUITE_P(NarrowMemory, ByteStreamSuite,
                         testing::Values(PairMaker([] { return memory_pair(1000); })));
INSTANTIATE_TEST_SUITE_P(Tcp, ByteStreamSuite, testing::Values(PairMaker([] { return tcp_pair(); })));
INSTANTIATE_TEST_SUITE_P(TlsOverMemory, ByteStreamSuite,
                         testing::Values(PairMaker([] { return tls_pair(memory_pair()); })));
INSTANTIATE_TEST_SUITE_P(TlsOverTcp, ByteStreamSuite,
                         testing::Values(PairMaker([] { return tls_pair(tcp_pair()); })));
INSTANTIATE_TEST_SUITE_P(Tls12OverTcp, ByteStreamSuite,
                         testing::Values(PairMaker([] { return tls_pair(tcp_pair(), limited_to_1_2()); })));
INSTANTIATE_TEST_SUITE_P(TlsOverPieces, ByteStreamSuite,
                         testing::Values(PairMaker([] { return tls_pair(in_pieces(memory_pair())); })));

TEST(PeekedStream, GivesTheBytesInFrontFirst) {
  auto [ours, theirs] = memory_pair();
  theirs->write(as_bytes(" behind"));
  const auto stream = with_bytes_in_front(as_bytes("in front"), std::move(ours));
  std::string text;
  Buffer into(5);
  while (text.size() < 15) text += as_text(Bytes(into).first(stream->read(into)));
  EXPECT_EQ(text, "in front behind");
}

}  // namespace
}  // namespace holdfast::transport
