// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <thread>

#include "archive/content_digest.h"
#include "archive/pipeline.h"
#include "archive/tools.h"
#include "base/bounded_queue.h"

namespace holdfast::archive {

/// Digests the blocks of one large file on their way into the pipeline. A digest is the work of one thread, and most
/// take longer than reading: so it is not the thread that reads, except where the digest costs next to nothing.
///
/// Memory: two batches beside what the pipeline allows.
class DigestStage {
 public:
  enum class On { callers_thread, own_thread };
  /// Where a digest is best computed.
  static On place_of(const selection::FileOptions& options, const Tools& tools);

  /// `digest` is used by one thread at a time: until finish(), it is left alone by the caller.
  DigestStage(Pipeline& pipeline, const selection::FileOptions& options, ContentDigest& digest, On thread);
  ~DigestStage();

  /// Waits for room. False after a stop.
  bool put(std::unique_ptr<Batch> batch);
  /// Returns when all batches are in the pipeline. Nothing can be put any more.
  void finish();

 private:
  bool pass_on(std::unique_ptr<Batch> batch);
  void run();

  Pipeline& pipeline_;
  const selection::FileOptions& options_;
  ContentDigest& digest_;
  BoundedQueue<std::unique_ptr<Batch>> waiting_;
  std::jthread thread_;
};

}  // namespace holdfast::archive
