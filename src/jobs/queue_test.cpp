// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/queue.h"

#include <gmock/gmock.h>

namespace holdfast::jobs {
namespace {

using ::testing::ElementsAre;

QueueEntry entry(std::uint32_t id, std::uint32_t priority = 10) {
  return {.id = JobId(id),
          .priority = priority,
          .job = "job" + std::to_string(id),
          .client = "c",
          .storage = "s"};
}

class Queue : public ::testing::Test {
 protected:
  Queue() {
    limits_.director = 10;
    limits_.job = limits_.client = limits_.storage = [](const std::string&) { return 10U; };
  }

  /// "1 starts" or "1 p" for each waiting job.
  std::vector<std::string> decide(std::vector<QueueEntry> waiting, std::vector<QueueEntry> running = {}) {
    std::vector<std::string> texts;
    for (const auto& decision : decide_queue(std::move(waiting), std::move(running), limits_, now_))
      texts.push_back(
          std::to_string(decision.id.value) + " " +
          (decision.waits_for ? std::string(1, static_cast<char>(*decision.waits_for)) : "starts"));
    return texts;
  }

  QueueLimits limits_;
  catalog::Moment now_{std::chrono::seconds(1000)};
};

TEST_F(Queue, StartsEverythingThatFits) {
  EXPECT_THAT(decide({entry(1), entry(2)}), ElementsAre("1 starts", "2 starts"));
}

TEST_F(Queue, TheDirectorsLimitHoldsTheRestBack) {
  limits_.director = 1;
  EXPECT_THAT(decide({entry(1), entry(2)}), ElementsAre("1 starts", "2 C"));
  EXPECT_THAT(decide({entry(2)}, {entry(1)}), ElementsAre("2 C"));
}

TEST_F(Queue, TellsWhichResourceIsUsedUp) {
  limits_.storage = [](const std::string&) { return 1U; };
  EXPECT_THAT(decide({entry(1), entry(2)}), ElementsAre("1 starts", "2 s"));
  limits_.storage = limits_.job;
  limits_.client = [](const std::string&) { return 1U; };
  EXPECT_THAT(decide({entry(1), entry(2)}), ElementsAre("1 starts", "2 c"));
  limits_.client = limits_.storage;
  limits_.job = [](const std::string&) { return 1U; };
  auto again = entry(3);
  again.job = "job1";
  EXPECT_THAT(decide({entry(1), again, entry(2)}), ElementsAre("1 starts", "3 j", "2 starts"));
}

TEST_F(Queue, ALowerNumberGoesFirstAndOthersWaitForIt) {
  EXPECT_THAT(decide({entry(1, 20), entry(2, 5)}), ElementsAre("2 starts", "1 p"));
  EXPECT_THAT(decide({entry(2, 5), entry(3, 20)}, {entry(1)}), ElementsAre("2 p", "3 p"));
}

TEST_F(Queue, MixedPriorityNeedsTheConsentOfAll) {
  auto urgent = entry(2, 5);
  urgent.allows_mixed_priority = true;
  EXPECT_THAT(decide({urgent}, {entry(1)}), ElementsAre("2 p"));
  auto tolerant = entry(1);
  tolerant.allows_mixed_priority = true;
  EXPECT_THAT(decide({urgent}, {tolerant}), ElementsAre("2 starts"));
}

TEST_F(Queue, AJobForLaterWaitsForItsTime) {
  auto later = entry(1);
  later.not_before = now_ + std::chrono::seconds(1);
  EXPECT_THAT(decide({later, entry(2)}), ElementsAre("1 t", "2 starts"));
  now_ += std::chrono::seconds(1);
  EXPECT_THAT(decide({later}), ElementsAre("1 starts"));
}

}  // namespace
}  // namespace holdfast::jobs
