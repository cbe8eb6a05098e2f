// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/backup.h"

#include <algorithm>
#include <thread>
#include <vector>

#include "archive/batcher.h"
#include "archive/encoder.h"
#include "archive/pipeline.h"
#include "archive/selection.h"
#include "archive/sender.h"
#include "archive/walk.h"
#include "base/error.h"
#include "base/guarded.h"

namespace holdfast::archive {

namespace {

// With compression headers and offsets a record must stay under what fits into a packet.
constexpr std::uint32_t largest_block_size = 900'000;
constexpr std::uint32_t smallest_block_size = 1024;

unsigned worker_count(unsigned wanted) {
  if (wanted > 0) return wanted;
  return std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
}

/// Runs something on a thread of the pipeline, so that an exception reaches the sender.
template <typename Action>
void guard(Pipeline& pipeline, Action action) {
  try {
    action();
  } catch (...) {
    pipeline.fail(std::current_exception());
  }
}

}  // namespace

class Backup::Implementation {
 public:
  Implementation(tree::FileSource& source, BackupOptions options, RecordSink& sink, Report& report)
      : source_(source),
        sink_(sink),
        report_(report),
        selection_(std::move(options.files)),
        since_(options.since),
        last_file_index_(options.last_file_index),
        block_size_(std::clamp(options.block_size, smallest_block_size, largest_block_size)),
        workers_(worker_count(options.workers)),
        memory_(options.memory) {}

  BackupTotals run(const std::stop_token& stop) {
    std::stop_source ending;
    const std::stop_callback forward(stop, [&] { ending.request_stop(); });
    Pipeline pipeline(memory_, ending.get_token());
    Sender sender(sink_, report_, last_file_index_, block_size_);
    {
      // Whatever ends this block, the threads end with it, before what they work on does.
      struct EndOnExit {
        std::stop_source& ending;
        ~EndOnExit() { ending.request_stop(); }
      };
      std::vector<std::jthread> threads;
      const EndOnExit end{ending};
      threads.emplace_back([&] { guard(pipeline, [&] { walk(pipeline, ending.get_token()); }); });
      for (unsigned i = 0; i < workers_; ++i)
        threads.emplace_back([&] { guard(pipeline, [&] { work(pipeline); }); });
      send(pipeline, sender);
    }
    if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "The backup was cancelled");
    return sender.totals();
  }

  BackupTotals progress() const {
    return progress_.read([](const BackupTotals& totals) { return totals; });
  }

 private:
  void walk(Pipeline& pipeline, std::stop_token stop) {
    Batcher batcher(pipeline, block_size_);
    Walk walk(source_, selection_, since_, batcher);
    walk.run(std::move(stop));
    batcher.flush();
    pipeline.finish();
  }

  void work(Pipeline& pipeline) {
    Encoder encoder(block_size_);
    while (Batch* batch = pipeline.claim()) {
      encoder.prepare(*batch);
      pipeline.prepared(*batch);
    }
  }

  void send(Pipeline& pipeline, Sender& sender) {
    while (auto batch = pipeline.take()) {
      sender.send(*batch);
      pipeline.sent(std::move(batch));
      progress_.with([&](BackupTotals& totals) { totals = sender.totals(); });
    }
  }

  tree::FileSource& source_;
  RecordSink& sink_;
  Report& report_;
  Selection selection_;
  std::optional<Time> since_;
  std::int32_t last_file_index_;
  std::uint32_t block_size_;
  unsigned workers_;
  std::size_t memory_;
  Guarded<BackupTotals> progress_;
};

Backup::Backup(tree::FileSource& source, BackupOptions options, RecordSink& sink, Report& report)
    : self_(std::make_unique<Implementation>(source, std::move(options), sink, report)) {}
Backup::~Backup() = default;

BackupTotals Backup::run(std::stop_token stop) { return self_->run(stop); }
BackupTotals Backup::progress() const { return self_->progress(); }

}  // namespace holdfast::archive
