// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <deque>
#include <exception>
#include <memory>
#include <thread>
#include <vector>

#include "archive/arena.h"
#include "archive/restore_engine.h"
#include "base/guarded.h"

namespace holdfast::archive {

/// Records on their way to an engine.
struct RecordBatch {
  struct Entry {
    RecordHead head;
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
  };
  std::vector<Entry> entries;
  Arena bytes;

  void clear() {
    entries.clear();
    bytes.clear();
  }
};

/// One engine of a restore, on a thread of its own with a bounded queue before it, or right on the caller's. All calls
/// come from one thread.
class RestoreLane {
 public:
  enum class On { own_thread, callers_thread };

  RestoreLane(std::unique_ptr<RestoreEngine> engine, On thread);

  /// Copies the record to its thread. Waits while the queue is full. Throws what the engine threw, once; after that the engine
  /// gets no more records.
  void record(const RecordHead& head, Bytes payload);
  /// Returns when the engine has worked off everything, and has completed its object. Throws what it threw.
  void drain();

  /// Only between drain() and the next record().
  RestoreEngine& engine() { return *engine_; }
  /// As of the last batch; any thread.
  RestoreTotals progress() const;

 private:
  struct State {
    std::deque<std::unique_ptr<RecordBatch>> waiting;
    std::vector<std::unique_ptr<RecordBatch>> unused;
    bool is_busy = false;
    std::exception_ptr failure;  ///< until somebody was told
    bool has_failed = false;     ///< for good: what waits, and what still comes, is dropped
    RestoreTotals totals;
  };

  void hand_over();
  void run(const std::stop_token& stop);
  void work_off(const RecordBatch& batch);

  std::unique_ptr<RestoreEngine> engine_;
  std::unique_ptr<RecordBatch> gathering_ = std::make_unique<RecordBatch>();
  Guarded<State> state_;
  On on_;
  std::jthread thread_;
};

}  // namespace holdfast::archive
