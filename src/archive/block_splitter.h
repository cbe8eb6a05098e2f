// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/bytes.h"
#include "base/expected.h"

namespace holdfast::archive {

/// Takes apart what a client put together before it encrypted: `u32 length | block`, again and again, wherever the
/// pieces that come in were cut (interop 05, section 11.3). The input is not trusted. One thread.
class BlockSplitter {
 public:
  /// Blocks that mean something only as a whole are gathered; others are handed on as they come.
  enum class Blocks { whole, in_pieces };
  /// Takes a block, or a piece of one; valid during the call. A reason ends the splitting.
  using Take = std::function<Expected<void, std::string>(Bytes)>;

  /// A new stream. Forgets what the last one left behind.
  void start(Blocks blocks);
  /// A reason, for a message, where a block is longer than any writer makes them, or of `take`.
  Expected<void, std::string> feed(Bytes plain, const Take& take);
  /// Whether the stream may end here.
  bool is_at_end_of_block() const { return length_.empty() && left_ == 0; }

 private:
  Expected<void, std::string> take_length(Bytes& plain);
  Expected<void, std::string> take_block(Bytes& plain, const Take& take);

  Blocks blocks_ = Blocks::whole;
  Buffer length_;           ///< its bytes so far
  std::uint32_t left_ = 0;  ///< of the block in work
  Buffer block_;            ///< what was gathered of it
};

}  // namespace holdfast::archive
