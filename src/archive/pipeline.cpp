// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/pipeline.h"

#include <algorithm>

namespace holdfast::archive {

namespace {

// A batch that once held more than this is not worth keeping.
constexpr std::size_t largest_kept_arena = 2 * 1024 * 1024;
constexpr std::size_t most_kept_batches = 16;
// Well below the 1024 files that a process may open by default.
constexpr std::size_t most_directories = 256;

}  // namespace

bool Pipeline::has_room_for(const Batch& batch) const {
  if (entries_.empty()) return true;
  return entries_.size() < most_batches_ && cost_ + batch.cost <= memory_ &&
         directories_ + batch.finished.size() <= most_directories;
}

bool Pipeline::is_front_ready() const {
  if (failure_) return true;
  return entries_.empty() ? is_finished_ : entries_.front().state == Entry::State::prepared;
}

std::deque<Pipeline::Entry>::iterator Pipeline::first_waiting() {
  return std::find_if(entries_.begin(), entries_.end(),
                      [](const Entry& entry) { return entry.state == Entry::State::waiting; });
}

void Pipeline::wake_all() {
  room_.notify_all();
  work_.notify_all();
  front_.notify_all();
}

std::unique_ptr<Batch> Pipeline::fresh() {
  const std::lock_guard lock(mutex_);
  if (unused_.empty()) return std::make_unique<Batch>();
  auto used = std::move(unused_.back());
  unused_.pop_back();
  return used;
}

bool Pipeline::put(std::unique_ptr<Batch> batch) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, stop_, [&] { return has_room_for(*batch); });
  // After a stop too: workers may still be busy in directories that this batch would close.
  const auto state = batch->is_prepared ? Entry::State::prepared : Entry::State::waiting;
  cost_ += batch->cost;
  directories_ += batch->finished.size();
  entries_.push_back({std::move(batch), state});
  const bool wakes_sender = is_front_ready();
  lock.unlock();
  if (state == Entry::State::waiting) work_.notify_one();
  if (wakes_sender) front_.notify_one();
  return !is_stopped();
}

void Pipeline::finish() {
  {
    const std::lock_guard lock(mutex_);
    is_finished_ = true;
  }
  wake_all();
}

Batch* Pipeline::claim() {
  std::unique_lock lock(mutex_);
  const auto is_ready = [&] { return first_waiting() != entries_.end() || is_finished_ || failure_; };
  if (!work_.wait(lock, stop_, is_ready) || failure_) return nullptr;
  const auto entry = first_waiting();
  if (entry == entries_.end()) return nullptr;
  entry->state = Entry::State::claimed;
  return entry->batch.get();
}

void Pipeline::prepared(Batch& batch) {
  std::unique_lock lock(mutex_);
  const auto entry = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& one) { return one.batch.get() == &batch; });
  if (entry != entries_.end()) entry->state = Entry::State::prepared;
  const bool wakes_sender = is_front_ready();
  lock.unlock();
  if (wakes_sender) front_.notify_one();
}

std::unique_ptr<Batch> Pipeline::take() {
  std::unique_lock lock(mutex_);
  if (!front_.wait(lock, stop_, [&] { return is_front_ready(); })) return nullptr;
  if (failure_) std::rethrow_exception(failure_);
  if (entries_.empty()) return nullptr;
  auto batch = std::move(entries_.front().batch);
  entries_.pop_front();
  const bool makes_room = entries_.empty();
  lock.unlock();
  if (makes_room) room_.notify_one();
  return batch;
}

void Pipeline::sent(std::unique_ptr<Batch> batch) {
  const auto cost = batch->cost, directories = batch->finished.size();
  batch->clear();
  bool is_half_empty = false;
  {
    const std::lock_guard lock(mutex_);
    cost_ -= cost;
    directories_ -= directories;
    if (unused_.size() < most_kept_batches && batch->arena.capacity() <= largest_kept_arena)
      unused_.push_back(std::move(batch));
    // The walk puts several when it wakes: for each of them alone it would be woken as often as a large file has parts.
    is_half_empty = entries_.size() <= most_batches_ / 2;
  }
  if (is_half_empty) room_.notify_one();
}

void Pipeline::fail(std::exception_ptr reason) {
  {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(reason);
  }
  ending_.request_stop();
}

}  // namespace holdfast::archive
