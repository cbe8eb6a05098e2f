// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/repair.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "base/endian.h"
#include "base/error.h"
#include "crypto/crc32.h"
#include "format/block_builder.h"
#include "volumes/checker/block_sweep.h"

namespace holdfast::volumes {
namespace {

using format::BlockHeader;
using format::RecordHeader;

constexpr std::int32_t filler_index = -7;
constexpr std::size_t longest_filler = format::default_block_size;
// Of tapes, whose blocks are multiples of it.
constexpr std::size_t filler_on_tape = 1024;
constexpr std::size_t least_filler = BlockHeader::size + RecordHeader::size;

using Place = RecordPlace;

/// Follows the sessions of a volume block by block, and tells what is of no use.
class LossTracker {
 public:
  /// Called for each piece that is of no use; the piece may lie in an earlier block.
  using Useless = std::function<void(Place)>;
  explicit LossTracker(Useless useless) : useless_(std::move(useless)) {}

  void gap() { ++gaps_; }
  void block(std::uint64_t address, Bytes bytes);
  /// At the end of the volume: what goes on behind damage goes on nowhere.
  void finish();
  /// Of records of files, all that were heard of.
  std::uint64_t pieces() const { return pieces_; }

 private:
  struct Session {
    std::uint32_t next_number = 0;
    std::uint64_t seen_gaps = 0;
    bool is_dropping = false;     ///< up to the next file
    std::int32_t file_index = 0;  ///< of the last record
    std::vector<Place> pending;   ///< pieces of a record that goes on
    RecordHeader pending_header;
    std::size_t pending_left = 0;
  };

  Session& session_of(VolumeSession number, std::uint32_t block,
                      const std::optional<format::RecordPiece>& first);
  void piece(Session& session, const format::RecordPiece& piece, Place place);
  void drop_pending(Session& session);

  Useless useless_;
  std::map<VolumeSession, Session> sessions_;
  std::uint64_t gaps_ = 0;
  std::uint64_t pieces_ = 0;
};

void LossTracker::drop_pending(Session& session) {
  for (const auto& place : session.pending) useless_(place);
  session.pending.clear();
}

LossTracker::Session& LossTracker::session_of(VolumeSession number, std::uint32_t block,
                                              const std::optional<format::RecordPiece>& first) {
  const auto [found, is_new] = sessions_.try_emplace(number);
  auto& session = found->second;
  const bool is_behind_gap = std::exchange(session.seen_gaps, gaps_) != gaps_;
  const auto expected = std::exchange(session.next_number, block + 1);
  const bool begins_here =
      first && first->header.file_index == static_cast<std::int32_t>(format::LabelType::session_start);
  // A session that is met here first may go on from another volume, unless something was lost before it.
  const bool is_lost = is_new ? is_behind_gap && !begins_here : is_behind_gap && block != expected;
  if (!is_lost) return session;
  drop_pending(session);
  session.is_dropping = true;
  return session;
}

void LossTracker::block(std::uint64_t address, Bytes bytes) {
  const auto header = format::parse_block_header(bytes);
  if (!header) return;
  format::RecordCursor first(bytes);
  auto piece = first.next();
  if (!piece || piece->header.file_index == static_cast<std::int32_t>(format::LabelType::volume)) return;
  auto& session = session_of(header->session, header->number, piece);
  format::RecordCursor cursor(bytes);
  std::size_t at = BlockHeader::size;
  while ((piece = cursor.next())) {
    if (piece->header.file_index > 0) this->piece(session, *piece, {address, at});
    at += RecordHeader::size + piece->data.size();
  }
}

void LossTracker::piece(Session& session, const format::RecordPiece& piece, Place place) {
  ++pieces_;
  const auto& header = piece.header;
  const bool is_next_file = header.file_index != session.file_index && !piece.is_continuation();
  const bool begins_file =
      is_next_file &&
      (format::is_attributes(static_cast<format::StreamId>(header.stream & format::stream_id_mask)) ||
       header.stream == number(format::StreamId::restore_object) ||
       header.stream == number(format::StreamId::plugin_name));
  const bool belongs = piece.is_continuation() && !session.pending.empty() &&
                       header.file_index == session.pending_header.file_index &&
                       piece.stream() == session.pending_header.stream &&
                       header.length == session.pending_left;
  if (!belongs && !session.pending.empty()) {
    drop_pending(session);
    session.is_dropping = true;
  }
  if (session.is_dropping && begins_file) session.is_dropping = false;
  if (session.is_dropping) return useless_(place);
  session.file_index = header.file_index;
  if (!piece.is_cut()) return session.pending.clear();
  if (!belongs) session.pending_header = {header.file_index, piece.stream(), header.length};
  session.pending.push_back(place);
  session.pending_left = header.length - piece.data.size();
}

void LossTracker::finish() {
  for (auto& [number, session] : sessions_)
    if (session.seen_gaps != gaps_) drop_pending(session);
}

/// Writes the new volume.
class RepairedVolume {
 public:
  RepairedVolume(device::Device& to, RepairTotals& totals) : to_(to), totals_(totals) {}

  void copy(Bytes block, const std::set<Place>& useless, std::uint64_t address) {
    ++totals_.blocks;
    const auto first = useless.lower_bound({address, 0});
    if (first == useless.end() || first->first != address) return write(block);
    Buffer changed = to_buffer(block);
    for (auto place = first; place != useless.end() && place->first == address; ++place)
      blank(changed, place->second);
    seal(changed);
    write(changed);
  }

  /// Blocks without meaning in place of `length` bytes.
  void fill(std::uint64_t length) {
    while (length >= BlockHeader::size) {
      auto size = std::min<std::uint64_t>(length, longest_filler);
      if (length - size > 0 && length - size < least_filler) size -= least_filler;
      write(filler(static_cast<std::size_t>(size)));
      length -= size;
    }
    if (length > 0)
      throw Error(ErrorKind::corrupt, "a damaged part has {} bytes, too few to be filled", length);
  }

  /// On other devices than files: up to the address, a block without meaning in the place of each that is lost.
  void move_to(std::uint64_t address) {
    while (to_.position() != address) {
      const auto before = to_.position();
      const bool is_in_that_file = before >> 32 == address >> 32;
      if (before > address) break;
      if (is_in_that_file)
        write(filler(filler_on_tape));
      else if (to_.write_filemark() == device::Device::Written::end_of_medium)
        throw Error(ErrorKind::no_space, "there is no room for the repaired volume");
      if (to_.position() == before) break;
    }
    if (to_.position() != address)
      throw Error(ErrorKind::unsupported, "the block at {}:{} cannot be written to the same address",
                  address >> 32, address & UINT32_MAX);
  }

  void blank_block(std::uint64_t address) {
    move_to(address);
    write(filler(filler_on_tape));
  }

  void label_at_start(const format::VolumeLabel& label) {
    to_.set_block_sizes({format::default_label_block_size, format::default_label_block_size});
    if (!write_label(to_, label, {}, AfterLabel::nothing))
      throw Error(ErrorKind::no_space, "there is no room for the repaired volume");
    to_.set_block_sizes({0, format::max_block_length});
    totals_.has_new_label = true;
  }

  void label(const format::VolumeLabel& label, std::uint64_t room) {
    const auto block_of = [](const format::VolumeLabel& from) {
      const auto payload = format::encode(from);
      return format::build_single_record_block(
          {},
          {.file_index = static_cast<std::int32_t>(format::LabelType::volume),
           .length = static_cast<std::uint32_t>(payload.size())},
          payload, crypto::crc32);
    };
    auto fitting = label;
    auto block = block_of(fitting);
    // A few bytes that no filler fits into are given to a field that only informs.
    if (room > block.size() && room - block.size() < BlockHeader::size) {
      fitting.host.append(room - block.size(), '.');
      block = block_of(fitting);
    }
    if (room < block.size() || (room > block.size() && room - block.size() < BlockHeader::size))
      throw Error(ErrorKind::corrupt, "a label needs {} bytes, there are {} before the first good block",
                  block.size(), room);
    write(block);
    fill(room - block.size());
    totals_.has_new_label = true;
  }

 private:
  void blank(Buffer& block, std::size_t at) {
    ++totals_.blanked_records;
    auto header = format::load_record_header(&block[at]);
    const auto present = std::min<std::size_t>(header.length, block.size() - at - RecordHeader::size);
    header = {.file_index = filler_index, .stream = 0, .length = static_cast<std::uint32_t>(present)};
    format::store(&block[at], header);
    std::fill_n(block.begin() + static_cast<std::ptrdiff_t>(at + RecordHeader::size), present, std::byte{0});
  }

  static void seal(Buffer& block) { store(block.data(), crypto::crc32(format::checksummed_part(block))); }

  static Buffer filler(std::size_t size) {
    Buffer block(size);
    format::store(block.data(), BlockHeader{.length = static_cast<std::uint32_t>(size), .session = {}});
    if (size >= least_filler)
      format::store(&block[BlockHeader::size],
                    RecordHeader{.file_index = filler_index,
                                 .length = static_cast<std::uint32_t>(size - least_filler)});
    seal(block);
    return block;
  }

  void write(Bytes block) {
    if (to_.write_block(block) == device::Device::Written::end_of_medium)
      throw Error(ErrorKind::no_space, "there is no room for the repaired volume");
  }

  device::Device& to_;
  RepairTotals& totals_;
};

void note_session(Salvage& salvage, Bytes block) {
  format::RecordCursor cursor(block);
  while (const auto piece = cursor.next()) {
    if (!piece->is_label() || piece->header.file_index == filler_index) continue;
    if (auto label = format::parse_session_label(piece->data, format::SessionEdge::start))
      salvage.first_session = std::move(*label);
    return;
  }
}

void check_first(const BlockSweep::GoodBlock& block);

/// Tapes and dedupable volumes: blocks are numbered, so that one takes the place of another whatever its length.
void repair_by_numbers(device::Device& from, device::Device& to, const Salvage& salvage,
                       const format::VolumeLabel& label, RepairTotals& totals,
                       const std::function<void(std::size_t)>& progress) {
  RepairedVolume repaired(to, totals);
  to.set_block_sizes({0, format::max_block_length});
  BlockSweep sweep(from);
  while (true) {
    const auto found = sweep.next();
    if (const auto* end = std::get_if<BlockSweep::End>(&found)) return repaired.move_to(end->address);
    if (const auto* bad = std::get_if<BlockSweep::BadPart>(&found)) {
      ++totals.blanked_parts;
      if (bad->address == 0)
        repaired.label_at_start(label);
      else
        repaired.blank_block(bad->address);
      continue;
    }
    const auto& good = std::get<BlockSweep::GoodBlock>(found);
    check_first(good);
    repaired.move_to(good.address);
    repaired.copy(good.bytes, salvage.useless, good.address);
    if (progress) progress(good.bytes.size());
  }
}

bool is_label(Bytes block) {
  const auto piece = format::RecordCursor(block).next();
  return piece && piece->header.file_index == static_cast<std::int32_t>(format::LabelType::volume) &&
         format::parse_volume_label(piece->data);
}

void check_first(const BlockSweep::GoodBlock& block) {
  if (block.address == 0 && !is_label(block.bytes))
    throw Error(ErrorKind::corrupt,
                "the first block is good and no label: this is no volume that lost its label");
}

}  // namespace

Salvage find_salvage(device::Device& from, const std::function<void(std::size_t)>& progress) {
  Salvage salvage;
  LossTracker tracker([&](Place place) { salvage.useless.insert(place); });
  from.seek(0);
  BlockSweep sweep(from);
  while (true) {
    const auto found = sweep.next();
    if (const auto* end = std::get_if<BlockSweep::End>(&found)) {
      salvage.end = end->address;
      break;
    }
    if (std::holds_alternative<BlockSweep::BadPart>(found)) {
      tracker.gap();
      continue;
    }
    const auto& good = std::get<BlockSweep::GoodBlock>(found);
    if (!salvage.first_session) note_session(salvage, good.bytes);
    tracker.block(good.address, good.bytes);
    if (progress) progress(good.bytes.size());
  }
  tracker.finish();
  salvage.pieces = tracker.pieces();
  return salvage;
}

RepairTotals repair(device::Device& from, const Salvage& salvage, device::Device& to,
                    format::VolumeLabel label, const std::function<void(std::size_t bytes)>& progress) {
  if (from.addressing() != to.addressing() || from.addressing() == device::Addressing::none)
    throw Error(ErrorKind::unsupported,
                "a repaired volume keeps its addresses, so that it needs a device of the same kind; bcopy -p "
                "copies what "
                "is good to any other");
  if (label.pool.empty() && salvage.first_session) label.pool = salvage.first_session->pool;
  RepairTotals totals;
  from.seek(0);
  if (from.addressing() != device::Addressing::bytes) {
    repair_by_numbers(from, to, salvage, label, totals, progress);
    to.flush();
    return totals;
  }
  RepairedVolume repaired(to, totals);
  BlockSweep sweep(from);
  for (auto found = sweep.next(); !std::holds_alternative<BlockSweep::End>(found); found = sweep.next()) {
    if (const auto* good = std::get_if<BlockSweep::GoodBlock>(&found)) {
      check_first(*good);
      repaired.copy(good->bytes, salvage.useless, good->address);
      if (progress) progress(good->bytes.size());
      continue;
    }
    const auto& bad = std::get<BlockSweep::BadPart>(found);
    const auto length = bad.end - bad.address;
    ++totals.blanked_parts;
    totals.blanked_bytes += length;
    if (bad.address == 0) {
      repaired.label(label, length);
    } else if (length >= BlockHeader::size || bad.end != salvage.end) {
      repaired.fill(length);
    }
  }
  to.flush();
  return totals;
}

}  // namespace holdfast::volumes
