// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "device/device.h"

namespace holdfast::volumes {

/// Reads all blocks of a volume that are good, past any damage. Where the length of a block cannot be trusted, it looks for
/// the next block whose checksum is right, so that one damaged header hides nothing behind it.
class BlockSweep {
 public:
  struct GoodBlock {
    std::uint64_t address = 0;
    std::uint64_t last_address = 0;
    Bytes bytes;  ///< valid until the next call
  };
  struct BadPart {
    std::uint64_t address = 0;
    std::uint64_t end = 0;  ///< where the next block or the end of data is; on tapes the same as `address`
    std::string why;
  };
  struct End {
    std::uint64_t address = 0;
  };
  using Found = std::variant<GoodBlock, BadPart, End>;

  explicit BlockSweep(device::Device& medium) : medium_(medium) {}

  Found next();

 private:
  Found judge(const device::BlockRead& read);
  bool is_good(const device::BlockRead& read) const;
  /// Whether good blocks stand from `address` to `end` without a gap.
  bool leads_to(std::uint64_t address, std::uint64_t end);
  /// Whether the block at the address is good, or data ends there; the position is there afterwards.
  bool goes_on_at(std::uint64_t address);
  /// Behind `address`, the next good block or the end of data; the position is there.
  std::uint64_t resume_behind(std::uint64_t address);

  device::Device& medium_;
  Buffer buffer_;
};

}  // namespace holdfast::volumes
