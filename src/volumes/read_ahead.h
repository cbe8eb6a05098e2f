// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <deque>
#include <exception>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "volumes/block_reader.h"

namespace holdfast::volumes {

/// Reads and checks blocks on a thread of its own, ahead of whoever asks for them, so that a restore reads and sends
/// at the same time. It begins when the first block is asked for, and goes no further than the expected end by itself: on
/// a tape, what is read in vain costs twice. What goes wrong there is thrown by the next() that would have met it; what goes wrong in blocks
/// that are skipped, by none.
///
/// Memory: the blocks that wait, at most 8 MiB of them or one; one that is read, and one that is looked at.
class ReadAhead final : public BlockSource {
 public:
  /// Until the end of this object nobody else uses `blocks` and its medium.
  explicit ReadAhead(BlockReader& blocks);
  ~ReadAhead() override;

  std::optional<Block> next() override;
  void skip_to(std::uint64_t address) override;
  void expect_end(std::uint64_t address) override;
  bool is_at_end() override;
  std::uint64_t position() const override { return position_; }
  std::string take_damage() override { return std::exchange(damage_, {}); }

 private:
  /// A block, or the end of the volume, or a failure.
  struct Item {
    std::optional<Block> block;
    Buffer memory;             ///< in which the block lies
    std::uint64_t start = 0;   ///< where reading it began
    std::uint64_t behind = 0;  ///< the position after it
    std::exception_ptr failure;
    std::string damage;  ///< passed over before it

    bool is_end() const { return !block && !failure; }
    std::uint64_t address() const { return block ? block->address : start; }
    /// A skip to somewhere behind it goes on from there; one before it was passed already.
    std::uint64_t reached() const { return failure ? start : behind; }
  };
  struct State {
    std::deque<Item> waiting;
    std::size_t bytes = 0;  ///< of the memory of `waiting`
    std::vector<Buffer> unused;
    std::optional<std::uint64_t> skip;
    std::uint64_t expected_end = UINT64_MAX;
    bool has_begun = false;
    bool is_asked = false;  ///< somebody waits for a block
    bool is_abandoned = false;

    /// Whether to read on from `reached`.
    bool is_to_read(std::uint64_t reached) const;
  };

  /// What the reading thread does next: ends, or reads into `memory`, perhaps elsewhere.
  struct Order {
    bool is_end = false;
    Buffer memory;
    std::optional<std::uint64_t> skip;
  };

  // On the reading thread.
  void read();
  Order await_order(std::uint64_t reached, bool has_failed);
  Item read_item(Order order);
  // On the caller's.
  const Item& front();  ///< the next that was not skipped
  void drop_front();

  BlockReader& blocks_;
  std::uint64_t position_;
  std::uint64_t expected_end_ = UINT64_MAX;
  std::uint64_t target_ = 0;   ///< items that start before it are skipped
  std::optional<Item> front_;  ///< taken out of `waiting`, perhaps not yet returned
  std::string damage_;
  Buffer looked_at_;  ///< memory of the block returned last
  Guarded<State> state_;
  std::jthread reading_;
};

}  // namespace holdfast::volumes
