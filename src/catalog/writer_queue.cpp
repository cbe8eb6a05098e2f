// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/writer_queue.h"

#include <algorithm>
#include <map>
#include <string>

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
  const std::uint64_t ticket = ++last_ticket_;
  waiting_.push_back(ticket);
  const bool is_in = changed_.wait_for(lock, limit, [&] { return !is_busy_ && waiting_.front() == ticket; });
  waiting_.erase(std::find(waiting_.begin(), waiting_.end(), ticket));
  if (is_in) is_busy_ = true;
  lock.unlock();
  if (!is_in) changed_.notify_all();
  return is_in;
}

void WriterQueue::leave() {
  {
    const std::lock_guard lock(mutex_);
    is_busy_ = false;
  }
  changed_.notify_all();
}

}  // namespace holdfast::catalog
