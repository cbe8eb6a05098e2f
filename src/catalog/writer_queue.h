// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>

namespace holdfast::catalog {

/// Lets the writers of one SQLite database in this process in one after the other, in the order in which they came.
/// SQLite itself lets those who wait look again after ever longer pauses, so that one that hardly pauses between its
/// transactions shuts others out. Any thread.
class WriterQueue {
 public:
  /// That of a database file, the same for all connections to it.
  static std::shared_ptr<WriterQueue> of(const std::filesystem::path& file);

  /// Waits for its turn; false where that did not come within `limit`.
  bool enter(std::chrono::milliseconds limit);
  void leave();

 private:
  /// Each waits for itself: with hundreds of jobs, waking all of them at every turn costs more than what they write.
  struct Waiter {
    std::condition_variable turn_has_come;
    bool is_in = false;
  };

  std::mutex mutex_;
  std::deque<Waiter*> waiting_;
  bool is_busy_ = false;
};

}  // namespace holdfast::catalog
