// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>

#include "volumes/block_writer.h"

namespace holdfast::volumes {

/// On the way to the volume: now and then, and whenever the volume changes, what is written is made durable and told to the
/// catalog, so that a job that breaks off leaves files that can be restored (interop 03, section 7.9). Used by one thread
/// at a time.
class Checkpoints final : public BlockSink {
 public:
  /// `tell_catalog`: how far the job is, before its range is stored.
  Checkpoints(BlockWriter& writer, std::chrono::seconds interval, JobLog& log, const Clock& clock,
              std::function<void()> tell_catalog)
      : writer_(writer),
        interval_(interval),
        log_(log),
        clock_(clock),
        tell_catalog_(std::move(tell_catalog)),
        next_(clock.instant() + interval),
        generation_(writer.generation()) {}

  void write(const format::BuiltBlock& block) override;
  std::size_t max_block_size() const override { return writer_.max_block_size(); }

 private:
  BlockWriter& writer_;
  std::chrono::seconds interval_;
  JobLog& log_;
  const Clock& clock_;
  std::function<void()> tell_catalog_;
  Instant next_;
  std::uint64_t generation_;
};

}  // namespace holdfast::volumes
