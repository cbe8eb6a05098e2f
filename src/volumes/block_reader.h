// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "device/device.h"
#include "format/record.h"

namespace holdfast::volumes {

/// A block whose header and checksum are right. The bytes are valid until the next block is read.
struct Block {
  format::BlockHeader header;
  Bytes bytes;
  std::uint64_t address = 0;
  std::uint64_t last_address = 0;  ///< what bootstraps are matched against
};

/// Reads the blocks of a volume, one after the other, past file marks.
class BlockReader {
 public:
  enum class Checksums { checked, ignored };
  /// Hears of what is no block, in the words of interop 04, section 2. It may throw to end the reading;
  /// otherwise the reader goes on behind it.
  using Damage = std::function<void(const std::string& what)>;

  BlockReader(device::Device& medium, Checksums checksums, Damage damage)
      : medium_(medium), checksums_(checksums), damage_(std::move(damage)) {}

  /// Nothing at the end of the volume.
  std::optional<Block> next();
  /// Goes on at a block's address. Only forward.
  void skip_to(std::uint64_t address);
  /// Nothing is left to read.
  bool is_at_end();
  std::uint64_t position() const { return medium_.position(); }

 private:
  device::Device& medium_;
  Checksums checksums_;
  Damage damage_;
  Buffer buffer_;
};

}  // namespace holdfast::volumes
