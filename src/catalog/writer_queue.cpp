// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/writer_queue.h"

#include <map>
#include <string>
#include <utility>

namespace holdfast::catalog {

std::shared_ptr<WriterQueue> WriterQueue::of(const std::filesystem::path& file) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<WriterQueue>> queues;
  std::error_code failed;
  const auto whole = std::filesystem::weakly_canonical(file, failed);
  const std::lock_guard lock(mutex);
  std::erase_if(queues, [](const auto& known) { return known.second.expired(); });
  auto& known = queues[(failed ? file : whole).string()];
  auto queue = known.lock();
  if (!queue) known = queue = std::make_shared<WriterQueue>();
  return queue;
}

bool WriterQueue::enter(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  if (!std::exchange(is_busy_, true)) return true;
  Waiter self;
  waiting_.push_back(&self);
  self.turn_has_come.wait_for(lock, limit, [&] { return self.is_in; });
  if (!self.is_in) std::erase(waiting_, &self);
  return self.is_in;
}

// The next one is in without is_busy_ ever being false: nobody who comes now can go before it. It is woken under the lock,
// for it may be gone as soon as that is free.
void WriterQueue::leave() {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) {
    is_busy_ = false;
    return;
  }
  waiting_.front()->is_in = true;
  waiting_.front()->turn_has_come.notify_one();
  waiting_.pop_front();
}

}  // namespace holdfast::catalog
