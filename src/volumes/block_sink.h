// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "format/block_builder.h"

namespace holdfast::volumes {

/// Where the blocks of one job go, in order. Used by one thread at a time.
class BlockSink {
 public:
  virtual ~BlockSink() = default;
  /// Throws Error when the block can be kept nowhere.
  virtual void write(const format::BuiltBlock& block) = 0;
  /// How long a block may be.
  virtual std::size_t max_block_size() const = 0;
};

}  // namespace holdfast::volumes
