// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/dedup_device.h"

#include <algorithm>
#include <array>

#include "base/error.h"

namespace holdfast::device {
namespace {

// By so much the files grow at a time; what is not used is a hole.
constexpr std::uint64_t index_step = 40960;
constexpr std::uint64_t data_step = 2ULL * 1024 * 1024;

void make_room(ByteStore& store, std::uint64_t used, std::uint64_t step) {
  if (store.size() < used) store.resize((used + step - 1) / step * step);
}

}  // namespace

DedupDevice::DedupDevice(DedupStores stores, Drive::Access access, std::uint64_t aligned_block)
    : stores_(std::move(stores)), placement_(0, 0, aligned_block) {
  config_.aligned_block = aligned_block;
  Buffer bytes(DedupConfig::size + 1);
  bytes.resize(stores_.config->read_at(0, bytes));
  const auto parsed = parse_dedup_config(bytes);
  // A shorter one was never whole: the volume was just being made.
  if (!parsed && bytes.size() > DedupConfig::size)
    throw Error(ErrorKind::corrupt, "{}", to_string(parsed.error()));
  if (parsed) config_ = parsed->config;
  if (!parsed || !fits_together(parsed->is_sealed)) rebuild();
  if (access == Drive::Access::append) drop_leftovers();
  placement_ = placement_at_end();
}

std::optional<DedupBlock> DedupDevice::entry(std::uint64_t index) {
  std::array<std::byte, DedupBlock::size> bytes{};
  const auto got = stores_.blocks->read_at(index * DedupBlock::size, bytes);
  return parse_dedup_block(Bytes(bytes).first(got));
}

std::uint64_t DedupDevice::parts_before(std::uint64_t index) {
  if (index == 0) return 0;
  const auto last = entry(index - 1);
  return last ? last->first_part + last->part_count : UINT64_MAX;
}

/// Whether the counts can be those of the other files. One that others wrote may also be torn; then an entry behind the
/// last would go on where that ends.
bool DedupDevice::fits_together(bool is_sealed) {
  if (config_.blocks > stores_.blocks->size() / DedupBlock::size ||
      config_.parts > stores_.parts->size() / DedupPart::size || config_.aligned > stores_.aligned->size() ||
      config_.unaligned > stores_.unaligned->size())
    return false;
  if (parts_before(config_.blocks) != config_.parts) return false;
  if (is_sealed) return true;
  const auto next = entry(config_.blocks);
  return !next || next->part_count == 0 || next->first_part != config_.parts;
}

/// What stands in `blocks` and `parts` from the beginning and goes together.
void DedupDevice::rebuild() {
  DedupConfig counted;
  counted.aligned_block = config_.aligned_block;
  for (;;) {
    const auto block = entry(counted.blocks);
    if (!block || block->first_part != counted.parts || !count_parts(*block, counted)) break;
  }
  counted.aligned =
      (counted.aligned + counted.aligned_block - 1) / counted.aligned_block * counted.aligned_block;
  config_ = counted;
}

bool DedupDevice::count_parts(const DedupBlock& block, DedupConfig& counted) {
  if (block.part_count > block.header.length) return false;
  scratch_.resize(block.part_count * DedupPart::size);
  if (stores_.parts->read_at(block.first_part * DedupPart::size, scratch_) < scratch_.size()) return false;
  auto with = counted;
  std::uint64_t length = format::BlockHeader::size;
  for (Bytes left = scratch_; !left.empty(); left = left.subspan(DedupPart::size)) {
    const auto part = parse_dedup_part(left);
    if (!part) return false;
    const auto end = part->begin + part->length;
    if (end > data_file(part->file).size()) return false;
    auto& used = part->file == dedup_aligned ? with.aligned : with.unaligned;
    used = std::max(used, end);
    length += part->length;
  }
  if (length != block.header.length) return false;
  with.parts += block.part_count;
  ++with.blocks;
  counted = with;
  return true;
}

/// Entries that do not count must not begin to after another power cut.
void DedupDevice::drop_leftovers() {
  const auto cut = [](ByteStore& store, std::uint64_t used) {
    if (store.size() > used) store.resize(used);
  };
  cut(*stores_.blocks, config_.blocks * DedupBlock::size);
  cut(*stores_.parts, config_.parts * DedupPart::size);
}

void DedupDevice::grow(const DedupConfig& to) {
  make_room(*stores_.blocks, to.blocks * DedupBlock::size, index_step);
  make_room(*stores_.parts, to.parts * DedupPart::size, index_step);
  make_room(*stores_.aligned, to.aligned, data_step);
  make_room(*stores_.unaligned, to.unaligned, data_step);
}

Device::Written DedupDevice::write_block(Bytes block) {
  const auto header = format::parse_block_header(block);
  if (!header || header->length != block.size())
    throw Error(ErrorKind::invalid, "only whole blocks can be written to a dedupable volume");
  if (position_ == 0 && config_.blocks > 0) truncate(0);
  if (position_ != config_.blocks)
    throw Error(ErrorKind::internal, "block {} of {} blocks cannot be written", position_, config_.blocks);
  const auto before = placement_;
  const auto pieces = placement_.place(*header, block);
  const DedupBlock entry{*header, static_cast<std::uint32_t>(pieces.size()), config_.parts};
  auto after = config_;
  ++after.blocks;
  after.parts += pieces.size();
  after.aligned = placement_.aligned();
  after.unaligned = placement_.unaligned();
  grow(after);
  if (!write_pieces(pieces) || !write_index(entry, pieces) || !stores_.config->write_at(0, encode(after))) {
    placement_ = before;
    stores_.config->write_at(0, encode(config_));
    return Written::end_of_medium;
  }
  config_ = after;
  position_ = config_.blocks;
  return Written::ok;
}

/// What lies side by side in a file is written at once.
bool DedupDevice::write_pieces(const std::vector<DedupPlacement::Piece>& pieces) {
  for (const std::uint32_t file : {dedup_aligned, dedup_unaligned}) {
    std::uint64_t begin = 0;
    scratch_.clear();
    for (const auto& piece : pieces) {
      if (piece.part.file != file) continue;
      if (!scratch_.empty() && piece.part.begin != begin + scratch_.size()) {
        if (!data_file(file).write_at(begin, scratch_)) return false;
        scratch_.clear();
      }
      if (scratch_.empty()) begin = piece.part.begin;
      append(scratch_, piece.data);
    }
    if (!scratch_.empty() && !data_file(file).write_at(begin, scratch_)) return false;
  }
  return true;
}

bool DedupDevice::write_index(const DedupBlock& block, const std::vector<DedupPlacement::Piece>& pieces) {
  scratch_.resize(pieces.size() * DedupPart::size);
  for (std::size_t i = 0; i < pieces.size(); ++i) store(&scratch_[i * DedupPart::size], pieces[i].part);
  std::array<std::byte, DedupBlock::size> bytes{};
  store(bytes.data(), block);
  return stores_.parts->write_at(config_.parts * DedupPart::size, scratch_) &&
         stores_.blocks->write_at(config_.blocks * DedupBlock::size, bytes);
}

Device::ReadOutcome DedupDevice::read_block(Buffer& into) {
  if (position_ >= config_.blocks) return EndOfData{};
  const auto address = position_++;
  const auto block = entry(address);
  if (!block) return DamagedBlock{address, "its entry in \"blocks\" is no block header"};
  if (into.size() < block->header.length) into.resize(block->header.length);
  format::store(into.data(), block->header);
  auto why =
      read_parts(*block, MutableBytes(into).first(block->header.length).subspan(format::BlockHeader::size));
  if (!why.empty()) return DamagedBlock{address, std::move(why)};
  return BlockRead{.length = block->header.length, .address = address, .last_address = address};
}

std::string DedupDevice::read_parts(const DedupBlock& block, MutableBytes into) {
  if (block.first_part > config_.parts || block.part_count > config_.parts - block.first_part)
    return "it has parts that there are not";
  if (block.part_count > block.header.length) return "it has too many parts";
  scratch_.resize(block.part_count * DedupPart::size);
  if (stores_.parts->read_at(block.first_part * DedupPart::size, scratch_) < scratch_.size())
    return "\"parts\" is too short";
  for (Bytes left = scratch_; !left.empty();) {
    auto part = parse_dedup_part(left);
    if (!part) return "one of its parts lies nowhere";
    left = left.subspan(DedupPart::size);
    // What lies side by side is read at once.
    while (!left.empty()) {
      const auto next = parse_dedup_part(left);
      if (!next || next->file != part->file || next->begin != part->begin + part->length) break;
      if (next->length > into.size() || part->length > into.size() - next->length) break;
      part->length += next->length;
      left = left.subspan(DedupPart::size);
    }
    if (part->length > into.size()) return "its parts are longer than it is";
    if (part->begin + part->length > used(config_, part->file)) return "one of its parts lies behind the end";
    if (data_file(part->file).read_at(part->begin, into.first(part->length)) < part->length)
      return "a data file is too short";
    into = into.subspan(part->length);
  }
  return into.empty() ? "" : "its parts are shorter than it is";
}

std::optional<std::uint64_t> DedupDevice::size() {
  std::uint64_t sum = 0;
  for (std::uint64_t index = 0; index < config_.blocks;) {
    const auto count = std::min<std::uint64_t>(config_.blocks - index, 4096);
    scratch_.resize(count * DedupBlock::size);
    const auto got = stores_.blocks->read_at(index * DedupBlock::size, scratch_);
    for (Bytes left = Bytes(scratch_).first(got); left.size() >= DedupBlock::size;
         left = left.subspan(DedupBlock::size)) {
      if (const auto block = parse_dedup_block(left)) sum += block->header.length;
    }
    index += count;
  }
  return sum;
}

/// Only what is safe is counted: after a power cut `config` names nothing that is not there.
void DedupDevice::flush() {
  for (auto* store : {&stores_.aligned, &stores_.unaligned, &stores_.parts, &stores_.blocks})
    (*store)->sync();
  write_config();
}

void DedupDevice::write_config() {
  if (!stores_.config->write_at(0, encode(config_)))
    throw Error(ErrorKind::no_space, "config cannot be written");
  stores_.config->sync();
}

void DedupDevice::truncate(std::uint64_t address) {
  auto after = config_;
  after.blocks = std::min(address, config_.blocks);
  after.parts = parts_before(after.blocks);
  if (after.parts > config_.parts)
    throw Error(ErrorKind::corrupt, "block {} is damaged, nothing can be cut off behind it", after.blocks);
  // Reserved room may lie anywhere before the ends of the data files, so they keep theirs until they are empty.
  if (after.blocks == 0) after.aligned = after.unaligned = 0;
  if (!stores_.config->write_at(0, encode(after)))
    throw Error(ErrorKind::no_space, "config cannot be written");
  stores_.config->sync();
  config_ = after;
  drop_leftovers();
  if (after.blocks == 0) {
    stores_.aligned->resize(0);
    stores_.unaligned->resize(0);
  }
  placement_ = placement_at_end();
  position_ = config_.blocks;
}

}  // namespace holdfast::device
