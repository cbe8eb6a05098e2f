// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast-volume/scan_records.h"

#include <fmt/core.h>

#include "catalog/restore_object_row.h"
#include "crypto/base64.h"
#include "format/attributes.h"
#include "format/restore_object.h"

namespace holdfast::apps {
namespace {

constexpr std::string_view no_digest = "0";

}  // namespace

void SessionRows::piece(const format::RecordPiece& piece, Target& target) {
  const auto id = static_cast<format::StreamId>(piece.stream() & format::stream_id_mask);
  if (!format::belongs_into_catalog(id)) return cut_.reset();
  const auto index = static_cast<std::uint32_t>(piece.header.file_index);
  if (!piece.is_continuation()) {
    cut_.reset();
    if (!piece.is_cut()) return record(index, id, piece.data, target);
    cut_ = Cut{piece.header, to_buffer(piece.data)};
    return;
  }
  const bool belongs = cut_ && cut_->header.file_index == piece.header.file_index &&
                       cut_->header.stream == piece.stream() &&
                       cut_->header.length - cut_->payload.size() == piece.header.length;
  if (!belongs) return cut_.reset();
  append(cut_->payload, piece.data);
  if (piece.is_cut()) return;
  const auto whole = std::move(*cut_);
  cut_.reset();
  record(index, id, whole.payload, target);
}

void SessionRows::record(std::uint32_t file_index, format::StreamId stream, Bytes payload, Target& target) {
  // A volume and a copy of it hold the same session: its files count once.
  const bool was_seen = file_index < last_index_ || (file_index == last_index_ && !format::is_digest(stream));
  if (was_seen) return;
  if (format::is_attributes(stream)) return attributes(file_index, payload, target);
  if (format::is_digest(stream)) return digest(file_index, payload);
  restore_object(file_index, payload, target);
}

void SessionRows::attributes(std::uint32_t file_index, Bytes payload, Target& target) {
  keep_pending(target);
  last_index_ = file_index;
  const auto attributes = format::parse_attributes(payload);
  if (!attributes) return target.skipped(file_index, "broken attributes");
  if (attributes->type == format::FileType::base) return;
  const auto [path, name] = catalog::split_name(attributes->name);
  if (path.empty()) return target.skipped(file_index, "Path length is zero");
  catalog::NewFile file{.file_index = file_index,
                        .path = path,
                        .name = name,
                        .stat = attributes->packed_stat,
                        .digest = no_digest};
  if (attributes->type == format::FileType::deleted) file.file_index = 0;
  if (attributes->type == format::FileType::regular)
    file.delta = static_cast<std::int16_t>(attributes->delta_sequence);
  batch_.add(file);
  is_deleted_ = file.file_index == 0;
  pending_record_ = file_index;
}

void SessionRows::digest(std::uint32_t file_index, Bytes payload) {
  if (file_index != pending_record_ || batch_.is_empty() || is_deleted_) return;
  batch_.set_digest(crypto::encode_base64(payload, crypto::Base64::standard));
}

void SessionRows::restore_object(std::uint32_t file_index, Bytes payload, Target& target) {
  keep_pending(target);
  last_index_ = file_index;
  const auto parsed = format::parse_restore_object(payload);
  if (!parsed) return target.skipped(file_index, "broken restore object");
  auto object = catalog::row_of(*parsed);
  object.file_index = file_index;
  target.restore_object(object);
}

void SessionRows::keep_pending(Target& target) {
  pending_record_ = 0;
  if (batch_.is_full()) flush(target);
}

void SessionRows::flush(Target& target) {
  if (batch_.is_empty()) return;
  target.files(batch_.files());
  batch_.clear();
}

void SessionRows::finish(Target& target) {
  cut_.reset();
  pending_record_ = 0;
  flush(target);
}

}  // namespace holdfast::apps
