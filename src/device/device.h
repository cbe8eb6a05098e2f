// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// Where the blocks of volumes lie: files, tapes, memory. A Drive opens volumes, a Device reads and writes the
// blocks of one. Labels, sessions and what belongs where is the business of volumes.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "format/block.h"

namespace holdfast::device {

/// A block was read: `length` bytes at the front of the buffer, header checked, checksum not.
struct BlockRead {
  std::size_t length = 0;
  std::uint64_t address = 0;       ///< of the block; where seek() must go to read it again
  std::uint64_t last_address = 0;  ///< on byte-addressed devices of its last byte, else as `address`
};

struct Filemark {};
struct EndOfData {};

/// There is something that is no whole block. The position is behind it, or at the end of data where nobody
/// can tell how long it is.
struct DamagedBlock {
  std::uint64_t address = 0;
  std::string why;  ///< "short block", ...
};

/// The blocks of one open volume. Used by one thread at a time. All methods throw Error{io} where the device
/// fails.
class Device {
 public:
  enum class Written { ok, early_warning, end_of_medium };
  using ReadOutcome = std::variant<BlockRead, Filemark, EndOfData, DamagedBlock>;

  virtual ~Device() = default;

  /// Writes at the end of data, where the position must be, and moves behind it. On end_of_medium nothing was
  /// written and the position is unchanged.
  virtual Written write_block(Bytes block) = 0;

  /// Reads the block at the position and moves behind it. `into` is enlarged when the block is longer.
  virtual ReadOutcome read_block(Buffer& into) = 0;

  /// An address that a block has, or the end of data.
  virtual void seek(std::uint64_t address) = 0;
  /// Moves behind the last block and returns the position.
  virtual std::uint64_t seek_to_end() = 0;
  virtual std::uint64_t position() const = 0;

  /// After it returns, what was written survives a power cut.
  virtual void flush() = 0;

  /// Drops everything from `address` on, which is a block's; the position becomes the new end. Not on tapes,
  /// except with 0.
  virtual void truncate(std::uint64_t address) = 0;
};

/// Opens volumes. Used by one thread at a time.
class Drive {
 public:
  enum class Access { read, append };

  virtual ~Drive() = default;

  /// Throws Error{not_found} where there is no such volume.
  virtual std::unique_ptr<Device> open(std::string_view volume, Access access) = 0;

  /// An empty medium under that name; an existing one keeps its contents.
  virtual std::unique_ptr<Device> create(std::string_view volume) = 0;

  virtual bool has(std::string_view volume) = 0;
  virtual void rename(std::string_view from, std::string_view to) = 0;
};

}  // namespace holdfast::device
