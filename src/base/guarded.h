// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

namespace holdfast {

/// State that threads share, reachable only under its lock.
///
///   Guarded<Queue> queue;
///   queue.with([&](Queue& q) { q.push(job); });
///   if (!queue.wait(stop, [](Queue& q) { return !q.empty(); }, [&](Queue& q) { ... })) return;
template <typename T>
class Guarded {
 public:
  Guarded() = default;
  explicit Guarded(T value) : value_(std::move(value)) {}

  /// Runs `action` under the lock, then wakes those who wait. Returns what `action` returns, by value.
  template <typename Action>
  auto with(Action&& action) {
    struct Wake {
      std::condition_variable_any& changed;
      ~Wake() { changed.notify_all(); }
    } wake{changed_};
    const std::lock_guard lock(mutex_);
    return std::forward<Action>(action)(value_);
  }

  /// Like with(), for readers: wakes nobody.
  template <typename Action>
  auto read(Action&& action) const {
    const std::lock_guard lock(mutex_);
    return std::forward<Action>(action)(value_);
  }

  /// Waits until `ready` holds, then runs `action` under the same lock. False, and `action` not run, when
  /// `stop` was requested first.
  template <typename Ready, typename Action>
  bool wait(std::stop_token stop, Ready&& ready, Action&& action) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, stop, [&] { return ready(value_); })) return false;
    std::forward<Action>(action)(value_);
    lock.unlock();
    changed_.notify_all();
    return true;
  }

  /// As above, and false also when `limit` has passed.
  template <typename Ready, typename Action>
  bool wait_for(std::stop_token stop, std::chrono::nanoseconds limit, Ready&& ready, Action&& action) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, stop, limit, [&] { return ready(value_); })) return false;
    std::forward<Action>(action)(value_);
    lock.unlock();
    changed_.notify_all();
    return true;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  T value_{};
};

}  // namespace holdfast
