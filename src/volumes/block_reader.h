// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

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

/// The blocks of one volume, one after the other.
class BlockSource {
 public:
  virtual ~BlockSource() = default;
  /// Nothing at the end of the volume.
  virtual std::optional<Block> next() = 0;
  /// Goes on at a block's address. Only forward: an address that was passed already has no effect.
  virtual void skip_to(std::uint64_t address) = 0;
  /// What was passed over before the block returned last, or before the end: a line each; empty: nothing.
  virtual std::string take_damage() { return {}; }
  /// A hint: what lies behind that address, if anything, is wanted only when it is asked for.
  virtual void expect_end(std::uint64_t address) { static_cast<void>(address); }
  /// Nothing is left to read.
  virtual bool is_at_end() = 0;
  /// Behind the block returned last.
  virtual std::uint64_t position() const = 0;
};

/// Reads blocks from a medium, past file marks and damage: where the length of a block cannot be trusted, on from the next
/// place that looks like one.
class BlockReader final : public BlockSource {
 public:
  enum class Checksums { checked, ignored };
  /// Hears of what is no block, in the words of interop 04, section 2. It may throw to end the reading;
  /// otherwise the reader goes on behind it.
  using Damage = std::function<void(const std::string& what)>;

  BlockReader(device::Device& medium, Checksums checksums, Damage damage)
      : medium_(medium), checksums_(checksums), damage_(std::move(damage)) {}

  std::optional<Block> next() override;
  void skip_to(std::uint64_t address) override;
  bool is_at_end() override;
  std::uint64_t position() const override { return medium_.position(); }
  std::string take_damage() override { return std::exchange(passed_over_, {}); }

  /// Goes on at a block's address, whatever was read before.
  void go_to(std::uint64_t address) { medium_.seek(address); }
  /// Exchanges the memory that the block returned last lies in, which is valid as long as that is.
  void swap_buffer(Buffer& other) { std::swap(buffer_, other); }

 private:
  device::Device& medium_;
  Checksums checksums_;
  void pass_over(const std::string& what, std::uint64_t resume_at);

  Damage damage_;
  Buffer buffer_;
  std::string passed_over_;
};

}  // namespace holdfast::volumes
