// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>

#include "base/bytes.h"

namespace holdfast::codec {

/// What compresses the content of one frame (see frames.h). One thread at a time.
class BlockMethod {
 public:
  virtual ~BlockMethod() = default;
  /// How many bytes of `to` the compressed block takes; 0 where it does not fit.
  virtual std::size_t compress(Bytes block, MutableBytes to) = 0;
  /// True when `from` unfolds to exactly `to.size()` bytes. The input is not trusted.
  virtual bool decompress(Bytes from, MutableBytes to) = 0;
};

std::unique_ptr<BlockMethod> make_lz4_method();
/// Slow and strong; unfolds like LZ4.
std::unique_ptr<BlockMethod> make_lz4hc_method();
std::unique_ptr<BlockMethod> make_fastlz_method();

}  // namespace holdfast::codec
