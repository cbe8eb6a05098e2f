// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <deque>
#include <exception>
#include <memory>
#include <stop_token>
#include <vector>

#include "archive/batch.h"
#include "base/guarded.h"

namespace holdfast::archive {

/// Batches on their way from the walk over the workers to the sender, which gets them in the order of the walk.
///
/// Memory is bounded by what the batches cost together, whatever their number; so is the number of directories
/// they hold open. All waits end when `stop` is
/// requested.
class Pipeline {
 public:
  Pipeline(std::size_t memory, std::stop_token stop) : memory_(memory), stop_(std::move(stop)) {}

  /// An empty batch, a used one if there is any. Walk.
  std::unique_ptr<Batch> fresh();
  /// Waits until there is room for what the batch costs. False after a stop. Walk.
  bool put(std::unique_ptr<Batch> batch);
  /// Nothing more comes. Walk.
  void finish();

  /// The first batch that nobody prepares yet; null at the end. Workers.
  Batch* claim();
  void prepared(Batch& batch);

  /// The next batch in order, once it is prepared; null at the end. Throws what fail() was told. Sender.
  std::unique_ptr<Batch> take();
  /// Gives back what was sent. Sender.
  void sent(std::unique_ptr<Batch> batch);

  /// Ends everything with an exception. Walk, workers.
  void fail(std::exception_ptr reason);

 private:
  struct Entry {
    std::unique_ptr<Batch> batch;
    enum class State { waiting, claimed, prepared } state = State::waiting;
  };
  struct State {
    std::deque<Entry> entries;
    std::vector<std::unique_ptr<Batch>> unused;
    std::size_t cost = 0;
    std::size_t directories = 0;  ///< held open by batches
    bool is_finished = false;
    std::exception_ptr failure;
  };

  const std::size_t memory_;
  const std::stop_token stop_;
  Guarded<State> state_;
};

}  // namespace holdfast::archive
