// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "device/byte_store.h"
#include "device/dedup_format.h"
#include "device/dedup_placement.h"
#include "device/device.h"

namespace holdfast::device {

/// The five files of a volume.
struct DedupStores {
  std::unique_ptr<ByteStore> config;
  std::unique_ptr<ByteStore> blocks;
  std::unique_ptr<ByteStore> parts;
  std::unique_ptr<ByteStore> aligned;
  std::unique_ptr<ByteStore> unaligned;
};

/// A volume of type dedupable: blocks are taken apart so that a file system can share equal payloads (interop 04,
/// section 10). Addresses are indices of blocks.
///
/// `config` says how many entries of the other files count. flush() writes it, when they are safe; where it does not fit
/// them, as after a power cut while it was written, it is made anew from them.
class DedupDevice final : public Device {
 public:
  /// `aligned_block` is for a volume that has none yet. Throws Error{corrupt} where the files are no such volume.
  DedupDevice(DedupStores stores, Drive::Access access, std::uint64_t aligned_block = dedup_default_block);

  Addressing addressing() const override { return Addressing::blocks; }
  Written write_block(Bytes block) override;
  ReadOutcome read_block(Buffer& into) override;
  void seek(std::uint64_t address) override { position_ = address; }
  std::uint64_t seek_to_end() override { return position_ = config_.blocks; }
  std::uint64_t position() const override { return position_; }
  std::optional<std::uint64_t> size() override;
  void flush() override;
  void truncate(std::uint64_t address) override;

 private:
  bool fits_together(bool is_sealed);
  void rebuild();
  bool count_parts(const DedupBlock& block, DedupConfig& counted);
  void drop_leftovers();
  std::optional<DedupBlock> entry(std::uint64_t index);
  std::uint64_t parts_before(std::uint64_t index);
  ByteStore& data_file(std::uint32_t file) {
    return file == dedup_aligned ? *stores_.aligned : *stores_.unaligned;
  }
  std::uint64_t used(const DedupConfig& config, std::uint32_t file) const {
    return file == dedup_aligned ? config.aligned : config.unaligned;
  }
  bool write_pieces(const std::vector<DedupPlacement::Piece>& pieces);
  bool write_index(const DedupBlock& block, const std::vector<DedupPlacement::Piece>& pieces);
  void grow(const DedupConfig& to);
  void write_config();
  /// Why not, where the parts are not those of this block.
  std::string read_parts(const DedupBlock& block, MutableBytes into);
  DedupPlacement placement_at_end() const {
    return {config_.aligned, config_.unaligned, config_.aligned_block};
  }

  DedupStores stores_;
  DedupConfig config_;
  DedupPlacement placement_;
  std::uint64_t position_ = 0;
  Buffer scratch_;
};

/// Volumes as directories of one directory.
class DedupDrive final : public Drive {
 public:
  DedupDrive(std::string directory, std::uint64_t aligned_block)
      : directory_(std::move(directory)), aligned_block_(aligned_block) {}

  std::unique_ptr<Device> open(std::string_view volume, Access access) override;
  std::unique_ptr<Device> create(std::string_view volume) override;
  bool has(std::string_view volume) override;
  void rename(std::string_view from, std::string_view to) override;

 private:
  std::string directory_;
  std::uint64_t aligned_block_;
};

/// Of Device Options "blocksize=64k". Throws Error{invalid}.
std::uint64_t dedup_block_size(std::string_view options);

}  // namespace holdfast::device
