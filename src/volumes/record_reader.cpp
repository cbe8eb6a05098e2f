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
    const auto block = blocks.next();
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

bool RecordReader::is_wanted(const Block& block) const {
  return matcher_->wants_session(block.header.session) || assembler_.has_pending(block.header.session);
}

void RecordReader::read_block(const Block& block, RecordVisitor& visitor) {
  visitor.block(block);
  if (matcher_ != nullptr) matcher_->note_block(block.last_address);
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
  if (!record) return;
  if (matcher_ != nullptr && !matcher_->accept(pending_sections_[session], *record)) return;
  visitor.record(*record, block);
}

}  // namespace holdfast::volumes
