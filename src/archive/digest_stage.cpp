// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/digest_stage.h"

#include "archive/data_writer.h"

namespace holdfast::archive {

namespace {

constexpr std::size_t most_waiting = 1;

}  // namespace

DigestStage::On DigestStage::place_of(const selection::FileOptions& options, const Tools& tools) {
  const bool is_slow =
      tools.signs() || (options.signature && *options.signature != crypto::DigestKind::xxh128);
  return is_slow ? On::own_thread : On::callers_thread;
}

DigestStage::DigestStage(Pipeline& pipeline, const selection::FileOptions& options, ContentDigest& digest,
                         On thread)
    : pipeline_(pipeline), options_(options), digest_(digest), waiting_(most_waiting) {
  if (thread == On::own_thread) thread_ = std::jthread([this] { run(); });
}

DigestStage::~DigestStage() { waiting_.close(); }

bool DigestStage::put(std::unique_ptr<Batch> batch) {
  return thread_.joinable() ? waiting_.push(std::move(batch), {}) : pass_on(std::move(batch));
}

void DigestStage::finish() {
  waiting_.close();
  if (thread_.joinable()) thread_.join();
}

void DigestStage::run() {
  try {
    while (auto batch = waiting_.pop())
      if (!pass_on(std::move(*batch))) break;
  } catch (...) {
    pipeline_.fail(std::current_exception());
  }
  // Also where all came through: then nobody puts any more.
  waiting_.abandon();
}

bool DigestStage::pass_on(std::unique_ptr<Batch> batch) {
  if (digest_.is_wanted()) digest_blocks(*batch, options_, digest_);
  return pipeline_.put(std::move(batch));
}

}  // namespace holdfast::archive
