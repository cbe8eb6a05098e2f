// SPDX-License-Identifier: AGPL-3.0-or-later
#include "transport/limited_stream.h"

#include <thread>

#include "base/error.h"
#include "testing/base/thrown.h"
#include "testing/transport/memory_stream.h"

namespace holdfast::transport {
namespace {

using namespace std::chrono_literals;
using Moment = Allowance::Clock::time_point;

constexpr Moment start{};

TEST(Allowance, MakesEachPartWaitForThoseBefore) {
  Allowance allowance({1000, Bursting::no}, start);
  EXPECT_EQ(allowance.wait_for(500, start), 0s);
  EXPECT_EQ(allowance.wait_for(500, start), 500ms);
  EXPECT_EQ(allowance.wait_for(500, start + 500ms), 500ms);
}

TEST(Allowance, LosesWhatIsNotUsed) {
  Allowance allowance({1000, Bursting::no}, start);
  EXPECT_EQ(allowance.wait_for(5000, start + 10s), 0s);
  EXPECT_EQ(allowance.wait_for(1, start + 10s), 5s);
}

TEST(Allowance, KeepsWhatIsNotUsedWhereBurstsAreAllowed) {
  Allowance allowance({1000, Bursting::yes}, start);
  EXPECT_EQ(allowance.wait_for(5000, start + 10s), 0s);
  EXPECT_EQ(allowance.wait_for(5000, start + 10s), 0s);
  EXPECT_EQ(allowance.wait_for(1000, start + 10s), 0s);
  EXPECT_EQ(allowance.wait_for(1000, start + 10s), 1s);
}

TEST(Allowance, OfNothingIsWithoutLimit) {
  Allowance allowance({}, start);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(allowance.wait_for(1'000'000'000, start), 0s);
}

TEST(LimitedStream, CarriesWhatIsWritten) {
  auto [ours, theirs] = memory_pair();
  LimitedStream limited(std::move(ours), {1'000'000'000'000, Bursting::no});
  limited.write(Buffer(200'000, std::byte{7}));
  Buffer into(300'000);
  EXPECT_EQ(theirs->read(into), 200'000U);
}

TEST(LimitedStream, InterruptWakesAWriterThatWaitsForItsTurn) {
  auto [ours, theirs] = memory_pair();
  LimitedStream limited(std::move(ours), {1, Bursting::no});
  limited.write(as_bytes("a minute of allowance, used up at once by this much text"));
  std::optional<ErrorKind> kind;
  std::jthread writer(
      [&] { kind = testing_support::thrown_kind([&] { limited.write(as_bytes("waits")); }); });
  limited.interrupt();
  writer.join();
  EXPECT_EQ(kind, ErrorKind::cancelled);
}

TEST(LimitedStream, NewLimitCountsFromNowOn) {
  auto [ours, theirs] = memory_pair();
  LimitedStream limited(std::move(ours), {1, Bursting::no});
  limited.write(as_bytes("a minute's worth of allowance, used up at once by this text"));
  limited.set_limit({});
  EXPECT_NO_THROW(limited.write(as_bytes("passes")));
}

}  // namespace
}  // namespace holdfast::transport
