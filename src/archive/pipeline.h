// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <stop_token>
#include <vector>

#include "archive/batch.h"

namespace holdfast::archive {

/// Batches on their way from the walk over the workers to the sender, which gets them in the order of the walk.
///
/// Memory is bounded by what the batches cost together; so are their number and that of the directories they hold
/// open: what is far ahead of the sender only pushes out of the processor's cache what it needs next. All waits end when a stop is requested of `ending`, and fail() requests it.
///
/// Each kind of waiter has its own condition, so that a change wakes only the one who waits for it: with one for
/// all, every megabyte of a large file would wake each worker four times for nothing.
class Pipeline {
 public:
  Pipeline(std::size_t memory, unsigned workers, std::stop_source ending)
      : memory_(memory),
        most_batches_(std::max(8U, 4 * workers)),
        ending_(std::move(ending)),
        stop_(ending_.get_token()) {}

  /// An empty batch, a used one if there is any. Walk.
  std::unique_ptr<Batch> fresh();
  /// Waits until there is room for what the batch costs. False after a stop. Walk.
  bool put(std::unique_ptr<Batch> batch);
  bool is_stopped() const { return stop_.stop_requested(); }
  /// Nothing more comes. Walk.
  void finish();

  /// The first batch that nobody prepares yet; null at the end. Workers.
  Batch* claim();
  void prepared(Batch& batch);

  /// The next batch in order, once it is prepared; null at the end. Throws what fail() was told. Sender.
  std::unique_ptr<Batch> take();
  /// Gives back what was sent. Sender.
  void sent(std::unique_ptr<Batch> batch);

  /// Ends everything with an exception, which take() throws. Walk, workers.
  void fail(std::exception_ptr reason);

 private:
  struct Entry {
    std::unique_ptr<Batch> batch;
    enum class State { waiting, claimed, prepared } state = State::waiting;
  };

  bool has_room_for(const Batch& batch) const;
  bool is_front_ready() const;
  std::deque<Entry>::iterator first_waiting();
  void wake_all();

  const std::size_t memory_;
  const std::size_t most_batches_;
  std::stop_source ending_;
  const std::stop_token stop_;

  // All that follows is shared under the lock.
  std::mutex mutex_;
  std::condition_variable_any room_;   ///< the walk waits
  std::condition_variable_any work_;   ///< workers wait
  std::condition_variable_any front_;  ///< the sender waits
  std::deque<Entry> entries_;
  std::vector<std::unique_ptr<Batch>> unused_;
  std::size_t cost_ = 0;
  std::size_t directories_ = 0;  ///< held open by batches
  bool is_finished_ = false;
  std::exception_ptr failure_;
};

}  // namespace holdfast::archive
