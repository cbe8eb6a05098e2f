// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/record_reader.h"

namespace holdfast::volumes {

RecordReader::Ended RecordReader::read_volume(BlockSource& blocks, RecordVisitor& visitor,
                                              const std::function<void(std::uint64_t)>& seeked) {
  if (matcher_ != nullptr) {
    if (const auto start = matcher_->next_start(); start && *start > 0) {
      blocks.skip_to(*start);
      if (seeked) seeked(*start);
    }
    if (const auto end = matcher_->wanted_to()) blocks.expect_end(*end);
  }
  while (matcher_ == nullptr || !matcher_->is_done_with_volume()) {
    const auto block = next_block(blocks, visitor);
    if (!block) return Ended::at_end_of_volume;
    read_block(*block, visitor);
    if (matcher_ == nullptr) continue;
    if (matcher_->is_done_with_volume()) break;
    // What lies behind the last wanted block is not looked at: it may be what a crash left.
    matcher_->note_block(blocks.position());
    if (matcher_->is_done_with_volume() && blocks.is_at_end()) return Ended::at_end_of_volume;
    if (const auto start = matcher_->next_start()) blocks.skip_to(*start);
    if (const auto end = matcher_->wanted_to()) blocks.expect_end(*end);
  }
  return Ended::with_the_selection;
}

std::optional<Block> RecordReader::next_block(BlockSource& blocks, RecordVisitor& visitor) {
  const auto block = blocks.next();
  if (const auto damage = blocks.take_damage(); !damage.empty()) {
    ++damages_;
    visitor.damage(damage);
  }
  return block;
}

/// Blocks of a session are numbered: where the first one behind the damage goes on, that was not this session's.
void RecordReader::note_order(const Block& block) {
  auto& order = orders_[block.header.session];
  const bool goes_on = order.block && block.header.number == *order.block + 1;
  if (order.seen != damages_ && order.damages == order.seen && goes_on) order.damages = damages_;
  order.seen = damages_;
  order.block = block.header.number;
}

/// A session that lost a block goes on with its next file: data without the piece before it, or without its attributes,
/// would make a file that looks whole and is not.
bool RecordReader::is_of_damaged_file(const format::Record& record) {
  if (damages_ == 0) return false;
  auto& order = orders_[record.session];
  if (is_attributes(record.stream_id())) order.damages = damages_;
  return order.damages != damages_;
}

bool RecordReader::is_wanted(const Block& block) const {
  return matcher_->wants_session(block.header.session) || assembler_.has_pending(block.header.session);
}

void RecordReader::read_block(const Block& block, RecordVisitor& visitor) {
  visitor.block(block);
  if (matcher_ != nullptr) matcher_->note_block(block.last_address);
  note_order(block);
  format::RecordCursor cursor(block.bytes);
  while (const auto piece = cursor.next()) {
    if (piece->is_label()) {
      read_label(*piece, block, visitor);
    } else if (piece->header.file_index > 0 && (matcher_ == nullptr || is_wanted(block))) {
      read_piece(*piece, block, visitor);
    }
  }
}

void RecordReader::read_label(const format::RecordPiece& piece, const Block& block, RecordVisitor& visitor) {
  if (piece.is_cut()) return;
  const format::Record record{block.header.session, piece.header.file_index, piece.header.stream, piece.data};
  const auto type = record.label_type();
  // The label of a following volume may carry the very session whose record goes on behind it, so only the
  // session's own labels touch what is pending.
  if (type == format::LabelType::session_start && matcher_ != nullptr) {
    if (const auto label = format::parse_session_label(piece.data, format::SessionEdge::start)) {
      matcher_->note_session(record.session, *label);
    }
  }
  if (type == format::LabelType::session_end) assembler_.drop(record.session);
  visitor.label(record, block);
}

void RecordReader::read_piece(const format::RecordPiece& piece, const Block& block, RecordVisitor& visitor) {
  const auto session = block.header.session;
  if (!piece.is_continuation() && matcher_ != nullptr) {
    const auto section = matcher_->select(session, piece.header);
    if (!section) {
      assembler_.drop(session);
      return;
    }
    pending_sections_[session] = *section;
  }
  const auto record = assembler_.add(session, piece);
  if (!record || is_of_damaged_file(*record)) return;
  if (matcher_ != nullptr && !matcher_->accept(pending_sections_[session], *record)) return;
  visitor.record(*record, block);
}

}  // namespace holdfast::volumes
