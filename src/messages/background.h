// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <stop_token>
#include <thread>

#include "base/guarded.h"

namespace holdfast::messages {

/// Does one thing after the other on a thread of its own. At most `depth` of them wait; offer() never does. Any thread.
class Background {
 public:
  using Task = std::function<void(std::stop_token)>;

  explicit Background(std::size_t depth);
  /// Ends like finish() with no patience.
  ~Background();

  /// False, and the task not taken, where too many wait or it is over.
  bool offer(Task task);

  /// Lets the tasks go on for `patience`, then asks the one in work to stop. How many were not begun. From then on
  /// nothing is taken any more.
  std::size_t finish(std::chrono::milliseconds patience);

 private:
  struct State {
    std::deque<Task> tasks;
    bool is_busy = false;
    bool is_over = false;
  };
  void work(const std::stop_token& stop);

  std::size_t depth_;
  Guarded<State> state_;
  std::jthread thread_;
};

}  // namespace holdfast::messages
