// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <stop_token>

namespace holdfast::volumes {

/// A lock that is had in the order in which it was asked for: who gives it up and wants it again at once stands
/// behind those who wait. Any thread may give it up.
class Turnstile {
 public:
  /// Waits. False when `stop` was requested first.
  bool take(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    if (!std::exchange(is_taken_, true)) return true;
    Waiter self;
    waiting_.push_back(&self);
    self.changed.wait(lock, stop, [&] { return self.has_turn; });
    if (!self.has_turn) std::erase(waiting_, &self);
    return self.has_turn;
  }
  /// Only where nobody has it.
  bool try_take() {
    const std::lock_guard lock(mutex_);
    return !std::exchange(is_taken_, true);
  }
  void give_up() {
    // Under the lock: the one who waits may be gone as soon as it has its turn.
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) {
      is_taken_ = false;
      return;
    }
    Waiter& next = *waiting_.front();
    waiting_.pop_front();
    next.has_turn = true;
    next.changed.notify_one();
  }

 private:
  struct Waiter {
    std::condition_variable_any changed;
    bool has_turn = false;
  };

  std::mutex mutex_;
  bool is_taken_ = false;  ///< while somebody waits, it is
  std::deque<Waiter*> waiting_;
};

}  // namespace holdfast::volumes
