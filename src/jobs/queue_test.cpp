// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/queue.h"

#include <gmock/gmock.h>

#include <random>
#include <set>

namespace holdfast::jobs {
namespace {

using catalog::Moment;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

QueueEntry entry(std::uint32_t id, std::uint32_t priority = 10) {
  return {.id = JobId(id),
          .priority = priority,
          .job = "job" + std::to_string(id),
          .client = "c",
          .write_storage = "s"};
}

class Queue : public ::testing::Test {
 protected:
  Queue() {
    limits_.director = 10;
    for (int i = 0; i < 10; ++i) limits_.jobs["job" + std::to_string(i)] = 10;
    limits_.clients["c"] = limits_.storages["s"] = 10;
  }

  /// "1 starts" or "1 p" for each job whose status changes.
  std::vector<std::string> scan(std::vector<QueueEntry> added = {}) {
    queue_.set_limits(limits_);
    for (auto& each : added) queue_.add(std::move(each));
    std::vector<std::string> texts;
    for (const auto& change : queue_.scan(now_))
      texts.push_back(std::to_string(change.job.value) + " " +
                      (change.waits_for ? std::string(1, static_cast<char>(*change.waits_for)) : "starts"));
    return texts;
  }
  std::vector<std::string> scan_without(std::uint32_t id) {
    queue_.remove(JobId(id));
    return scan();
  }

  QueueLimits limits_;
  Moment now_{std::chrono::seconds(1000)};
  JobQueue queue_;
};

TEST_F(Queue, StartsEverythingThatFits) {
  EXPECT_THAT(scan({entry(1), entry(2)}), ElementsAre("1 starts", "2 starts"));
}

TEST_F(Queue, TheDirectorsLimitHoldsTheRestBack) {
  limits_.director = 1;
  EXPECT_THAT(scan({entry(1), entry(2)}), ElementsAre("1 starts"));
  EXPECT_THAT(scan(), IsEmpty());
  EXPECT_THAT(scan_without(1), ElementsAre("2 starts"));
}

TEST_F(Queue, TellsWhichResourceIsUsedUp) {
  limits_.storages["s"] = 1;
  EXPECT_THAT(scan({entry(1), entry(2)}), ElementsAre("1 starts", "2 s"));
  limits_.storages["s"] = 10;
  limits_.clients.clear();  // one where nothing is said
  EXPECT_THAT(scan(), ElementsAre("2 c"));
  limits_.clients["c"] = 10;
  EXPECT_THAT(scan(), ElementsAre("2 starts"));
  limits_.jobs["job1"] = 1;
  auto again = entry(3);
  again.job = "job1";
  EXPECT_THAT(scan({again, entry(4)}), ElementsAre("3 j", "4 starts"));
}

TEST_F(Queue, WhatAJobCannotHaveWholeItDoesNotHold) {
  limits_.clients["c"] = 1;
  limits_.storages["s"] = 2;
  auto elsewhere = entry(3);
  elsewhere.client = "other";
  EXPECT_THAT(scan({entry(1), entry(2), elsewhere}), ElementsAre("1 starts", "2 c", "3 starts"));
}

TEST_F(Queue, ReadingAndWritingShareTheCountOfAStorage) {
  limits_.storages["s"] = 2;
  auto copy = entry(2);
  copy.read_storage = "s";
  copy.client = "";
  EXPECT_THAT(scan({entry(1), copy}), ElementsAre("1 starts", "2 s"));
  EXPECT_THAT(scan_without(1), ElementsAre("2 starts"));
  EXPECT_THAT(scan({entry(3)}), ElementsAre("3 s"));
  EXPECT_THAT(scan_without(2), ElementsAre("3 starts"));
}

TEST_F(Queue, ALowerNumberGoesFirstAndOthersWaitForIt) {
  EXPECT_THAT(scan({entry(1, 20), entry(2, 5)}), ElementsAre("2 starts", "1 p"));
  EXPECT_THAT(scan_without(2), ElementsAre("1 starts"));
  EXPECT_THAT(scan({entry(3, 5), entry(4, 5)}), ElementsAre("3 p"));
}

TEST_F(Queue, MixedPriorityNeedsTheConsentOfAll) {
  auto urgent = entry(2, 5);
  urgent.allows_mixed_priority = true;
  EXPECT_THAT(scan({entry(1)}), ElementsAre("1 starts"));
  EXPECT_THAT(scan({urgent}), ElementsAre("2 p"));
  auto tolerant = entry(1);
  tolerant.allows_mixed_priority = true;
  queue_ = {};
  EXPECT_THAT(scan({tolerant}), ElementsAre("1 starts"));
  EXPECT_THAT(scan({urgent}), ElementsAre("2 starts"));
}

TEST_F(Queue, AJobForLaterWaitsForItsTimeAndThenForItsTurn) {
  auto later = entry(1);
  later.not_before = now_ + std::chrono::seconds(1);
  limits_.director = 1;
  EXPECT_THAT(scan({later, entry(2)}), ElementsAre("1 t", "2 starts"));
  EXPECT_EQ(queue_.next_start(), later.not_before);
  now_ += std::chrono::seconds(1);
  EXPECT_THAT(scan(), ElementsAre("1 C"));
  EXPECT_THAT(scan_without(2), ElementsAre("1 starts"));
}

/// The rules of the chapter, word by word, over plain lists.
class NaiveQueue {
 public:
  QueueLimits limits;
  std::vector<QueueEntry> waiting, running;  ///< in order of arrival; in order of start

  std::uint32_t limit(const QueueLimits::ByName& limits_of, const std::string& name) {
    return limits_of.contains(name) ? limits_of.at(name) : 1;
  }
  std::uint32_t storage_use(const std::string& name) {
    std::uint32_t count = 0;
    for (const auto& job : running)
      count += (job.read_storage == name ? 1U : 0U) + (job.write_storage == name ? 1U : 0U);
    return count;
  }

  char missing(const QueueEntry& job) {
    const bool is_same = job.read_storage == job.write_storage;
    if (!job.read_storage.empty() &&
        storage_use(job.read_storage) >= limit(limits.storages, job.read_storage))
      return 's';
    if (!job.write_storage.empty() &&
        storage_use(job.write_storage) + (is_same ? 1 : 0) >= limit(limits.storages, job.write_storage))
      return 's';
    const auto count = [&](std::string QueueEntry::*field) {
      return std::count_if(running.begin(), running.end(),
                           [&](const QueueEntry& other) { return other.*field == job.*field; });
    };
    if (!job.client.empty() && count(&QueueEntry::client) >= limit(limits.clients, job.client)) return 'c';
    if (count(&QueueEntry::job) >= limit(limits.jobs, job.job)) return 'j';
    return 0;
  }

  std::set<std::uint32_t> scan(Moment now) {
    std::set<std::uint32_t> started;
    std::vector<QueueEntry> order;
    for (const auto& job : waiting)
      if (job.not_before <= now) order.push_back(job);
    std::stable_sort(order.begin(), order.end(), [](const QueueEntry& a, const QueueEntry& b) {
      return std::pair(a.priority, a.not_before) < std::pair(b.priority, b.not_before);
    });
    if (order.empty()) return started;
    const std::uint32_t reference = running.empty() ? order.front().priority : running.front().priority;
    for (const auto& job : order) {
      if (running.size() >= limits.director) break;
      bool may = job.priority == reference;
      if (job.priority < reference && job.allows_mixed_priority)
        may = std::all_of(running.begin(), running.end(),
                          [](const QueueEntry& other) { return other.allows_mixed_priority; });
      if (!may) break;
      if (missing(job) != 0) continue;
      running.push_back(job);
      started.insert(job.id.value);
    }
    std::erase_if(waiting, [&](const QueueEntry& job) { return started.contains(job.id.value); });
    return started;
  }
};

TEST(QueueModel, StartsWhatTheRulesSayWhateverHappens) {
  constexpr unsigned seed = 711;
  std::mt19937 random(seed);
  const auto below = [&](unsigned limit) { return static_cast<unsigned>(random() % limit); };
  const auto name = [&](const char* prefix, unsigned count) { return prefix + std::to_string(below(count)); };
  JobQueue queue;
  NaiveQueue naive;
  Moment now{std::chrono::seconds(1'000'000)};
  std::uint32_t next_id = 1;
  std::size_t starts = 0;
  for (int step = 0; step < 10'000; ++step) {
    const unsigned what = below(100);
    if (step == 0 || what < 2) {
      naive.limits.director = 1 + below(12);
      naive.limits.jobs = {{"j0", below(4)}, {"j1", 3}};
      naive.limits.clients = {{"c0", 1 + below(5)}, {"c1", 2}};
      naive.limits.storages = {{"s0", 1 + below(6)}, {"s1", 4}};
      queue.set_limits(naive.limits);
    } else if (what < 45) {
      QueueEntry job;
      job.id = JobId(next_id++);
      job.priority = 9 + below(3);
      job.allows_mixed_priority = below(2) == 0;
      job.job = name("j", 4);
      if (below(5) != 0) job.client = name("c", 3);
      if (below(5) == 0) job.read_storage = name("s", 2);
      if (below(5) != 0) job.write_storage = name("s", 3);
      // Arrivals of one moment each, so that order is the same for both.
      now += std::chrono::seconds(1);
      job.not_before = below(8) == 0 ? now + std::chrono::seconds(below(60)) + std::chrono::hours(0) : now;
      if (std::any_of(naive.waiting.begin(), naive.waiting.end(),
                      [&](const QueueEntry& other) { return other.not_before == job.not_before; }))
        continue;
      naive.waiting.push_back(job);
      queue.add(job);
    } else if (what < 80 && !naive.running.empty()) {
      const auto at = naive.running.begin() + below(static_cast<unsigned>(naive.running.size()));
      queue.remove(at->id);
      naive.running.erase(at);
    } else if (what < 85 && !naive.waiting.empty()) {
      const auto at = naive.waiting.begin() + below(static_cast<unsigned>(naive.waiting.size()));
      queue.remove(at->id);
      naive.waiting.erase(at);
    } else {
      now += std::chrono::seconds(below(5));
    }
    const auto expected = naive.scan(now);
    std::set<std::uint32_t> started;
    for (const auto& change : queue.scan(now))
      if (!change.waits_for) started.insert(change.job.value);
    ASSERT_EQ(started, expected) << "step " << step << " seed " << seed;
    ASSERT_EQ(queue.running(), naive.running.size()) << "step " << step << " seed " << seed;
    ASSERT_EQ(queue.waiting(), naive.waiting.size()) << "step " << step << " seed " << seed;
    starts += started.size();
  }
  EXPECT_GT(starts, 1000U);
}

TEST(QueueScale, LooksAtNobodyWhileNothingCanStart) {
  JobQueue queue;
  QueueLimits limits;
  limits.director = 200;
  limits.clients["c"] = limits.storages["s"] = 1000;
  queue.set_limits(limits);
  for (std::uint32_t id = 1; id <= 1200; ++id) queue.add(entry(id));
  const Moment now{std::chrono::seconds(1)};
  EXPECT_EQ(queue.scan(now).size(), 200U);
  EXPECT_EQ(queue.looked_at(), 200U);
  for (int i = 0; i < 1000; ++i) queue.scan(now);
  EXPECT_EQ(queue.looked_at(), 200U);
  queue.remove(JobId(1));
  EXPECT_EQ(queue.scan(now).size(), 1U);
  EXPECT_EQ(queue.looked_at(), 201U);
}

}  // namespace
}  // namespace holdfast::jobs
