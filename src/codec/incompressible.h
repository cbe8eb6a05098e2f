// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>

#include "base/bytes.h"
#include "codec/scratch.h"

namespace holdfast::codec {

/// Tells data that no method makes notably smaller (compressed or encrypted already) from data worth the work, at a
/// small part of what compressing costs (ADR 0403). One thread at a time; takes its memory when first asked.
class IncompressibleTest {
 public:
  /// True where compression is not going to save more than about three percent. Small blocks are not looked at.
  bool holds_for(Bytes block);

 private:
  bool has_repeats(Bytes block);

  std::unique_ptr<std::byte[]> state_;
  Scratch scratch_;
};

}  // namespace holdfast::codec
