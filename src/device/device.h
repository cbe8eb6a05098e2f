// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// Where the blocks of volumes lie: files, tapes, memory. A Drive opens volumes, a Device reads and writes the
// blocks of one. Labels, sessions and what belongs where is the business of volumes.

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
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

/// One between files; two in a row are EndOfData.
struct Filemark {};
struct EndOfData {};

/// How the addresses of blocks are made (interop 04, section 6).
enum class Addressing {
  bytes,             ///< byte offsets; a range ends with the last byte of its last block
  blocks,            ///< index of the block on the volume
  files_and_blocks,  ///< file marks passed in the upper 32 bits, blocks since the last one in the lower
  none,              ///< cannot be read back
};

/// What a device that pads its blocks writes: at least `minimum` bytes, all blocks of `maximum` where both are the
/// same (interop 04, section 2.3).
struct BlockSizes {
  std::size_t minimum = 0;
  std::size_t maximum = format::default_block_size;
};

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

  enum class Mark {
    between_files,
    behind_all,  ///< of a volume that is full: some drives need two
  };

  virtual ~Device() = default;

  /// As Drive::heed(), for who uses the device from here on; it has what its drive was told when it was opened.
  virtual void heed(std::stop_token stop) { static_cast<void>(stop); }

  virtual Addressing addressing() const = 0;
  /// For the blocks written from now on. Only tapes pad blocks; elsewhere it has no effect.
  virtual void set_block_sizes(const BlockSizes& sizes) { static_cast<void>(sizes); }

  /// Writes at the position, which is the end of data or, on tapes, makes it the end; moves behind it. On
  /// end_of_medium nothing that a reader would take for a block was written and the position is unchanged; on
  /// early_warning the block was written and not much more has room.
  virtual Written write_block(Bytes block) = 0;
  /// Ends a file of the volume. On devices without file marks nothing happens.
  virtual Written write_filemark(Mark mark) {
    static_cast<void>(mark);
    return Written::ok;
  }
  Written write_filemark() { return write_filemark(Mark::between_files); }

  /// Reads the block at the position and moves behind it. `into` is enlarged when the block is longer.
  virtual ReadOutcome read_block(Buffer& into) = 0;

  /// The first address at or behind `from` where a whole block with a possible header lies, whatever stands there: for
  /// reading on behind damage. Nothing where there is none, or where damage never hides what follows (tapes).
  virtual std::optional<std::uint64_t> find_block(std::uint64_t from) {
    static_cast<void>(from);
    return std::nullopt;
  }

  /// An address that a block has, or the end of data.
  virtual void seek(std::uint64_t address) = 0;
  /// Moves behind all data and returns the position.
  virtual std::uint64_t seek_to_end() = 0;
  virtual std::uint64_t position() const = 0;
  /// How long all blocks are together, which the catalog's VolBytes must equal; nothing where only files can be
  /// counted (tapes).
  virtual std::optional<std::uint64_t> size() = 0;

  /// After it returns, what was written survives a power cut.
  virtual void flush() = 0;

  /// Drops everything from `address` on, which is a block's; the position becomes the new end. Tapes can do that
  /// with 0 only, where the next write drops the rest.
  virtual void truncate(std::uint64_t address) = 0;
};

/// What the end of a range of blocks is in the catalog, the last of which lies at `start` with `length` bytes.
inline std::uint64_t last_address(Addressing addressing, std::uint64_t start, std::size_t length) {
  return addressing == Addressing::bytes ? start + length - 1 : start;
}

/// Opens volumes. Used by one thread at a time; at most one of its devices is open for appending.
class Drive {
 public:
  enum class Access { read, append };
  /// Where volumes come from: they lie side by side and are found by name, as in a directory; or there is one
  /// medium at a time, as in a tape drive, and only its label tells which volume it is.
  enum class Media { named, loaded };

  virtual ~Drive() = default;

  virtual Media media_kind() const { return Media::named; }

  /// On whose behalf the drive works from here on. Where it would have to wait for something, for the medium to be ready or
  /// to try again what failed, and this stop is requested, it throws Error{cancelled} instead. Everything that goes without
  /// waiting is done all the same, and the next user finds the drive as after any other error.
  virtual void heed(std::stop_token stop) { static_cast<void>(stop); }

  /// The key of the volume in work, or opened next, as the catalog has it (EncryptionKey); empty: none. Only drives that
  /// encrypt look at it. Throws Error{invalid} where it cannot be used.
  virtual void use_key(std::string_view encryption_key) { static_cast<void>(encryption_key); }

  /// Throws Error{not_found} where there is no such volume, or no medium; Error{refused} where it is write-protected
  /// and shall be appended to.
  virtual std::unique_ptr<Device> open(std::string_view volume, Access access) = 0;

  /// An empty medium under that name; an existing one keeps its contents. With loaded media the same as open().
  virtual std::unique_ptr<Device> create(std::string_view volume) = 0;

  /// With loaded media: whether there is a medium, whatever its label.
  virtual bool has(std::string_view volume) = 0;
  /// With loaded media nothing happens.
  virtual void rename(std::string_view from, std::string_view to) = 0;
  /// Makes a loaded medium ready to be taken out, by a person or a changer. No device may be open.
  virtual void unload() {}
};

/// A drive that holds one medium at a time, whatever it is called.
class LoadedDrive : public Drive {
 public:
  Media media_kind() const final { return Media::loaded; }
  std::unique_ptr<Device> create(std::string_view volume) final { return open(volume, Access::append); }
  void rename(std::string_view, std::string_view) final {}
};

}  // namespace holdfast::device
