// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast-volume/scan_volume.h"

#include <fmt/core.h>

#include "base/error.h"
#include "base/text.h"
#include "format/attributes.h"
#include "volumes/listing.h"
#include "volumes/read_ahead.h"
#include "volumes/volume_label.h"

namespace holdfast::apps {
namespace {

// A restore of few files skips whole ranges: so they are kept as short as a Storage Daemon keeps them by default.
constexpr std::uint64_t longest_range = 1'000'000'000;
constexpr std::uint64_t files_per_message = 32'768;

}  // namespace

VolumeScan::VolumeScan(ScanRun& run, std::string volume) : run_(run), volume_(std::move(volume)) {
  sums_.name = volume_;
  if (run_.catalog_.mode() == ScanMode::writes) catalog_ = run_.settings_.open_catalog();
}

VolumeSums VolumeScan::read(device::Drive& drive) {
  const auto medium = drive.open(volume_, device::Drive::Access::read);
  const auto found = volumes::read_label(*medium);
  if (const auto* none = std::get_if<volumes::NoLabel>(&found)) {
    run_.settings_.damage(volume_, none->why);
    return sums_;
  }
  const auto& label = std::get<volumes::FoundLabel>(found).label;
  const bool is_known = run_.catalog_.volume_label(label);
  volumes::BlockReader reader(*medium, volumes::BlockReader::Checksums::checked,
                              [&](const std::string& what) { run_.settings_.damage(volume_, what); });
  volumes::ReadAhead blocks(reader);
  while (const auto next = blocks.next()) {
    block(*next);
    run_.settings_.progress(run_.bytes_ += next->bytes.size());
  }
  sums_.bytes = medium->size().value_or(medium->position());
  sums_.files = medium->addressing() == device::Addressing::files_and_blocks ? medium->position() >> 32 : 0;
  sums_.jobs = sessions_.size();
  for (auto& [number, local] : sessions_) {
    const std::lock_guard lock(local.session->mutex);
    current_ = local.session.get();
    close_range(local);
    local.session->rows.flush(*this);
  }
  if (is_known && run_.settings_.updates_volumes) run_.catalog_.update_volume(sums_);
  return sums_;
}

void VolumeScan::block(const volumes::Block& block) {
  const auto number = block.header.session;
  auto& local = sessions_[number];
  if (!local.session) local.session = run_.session(number);
  ++sums_.blocks;
  position_ = block.last_address;
  const std::lock_guard lock(local.session->mutex);
  current_ = local.session.get();
  current_->next_block = block.header.number + 1;
  std::uint32_t first_index = 0, last_index = 0;
  format::RecordCursor cursor(block.bytes);
  while (const auto piece = cursor.next()) {
    if (piece->is_label()) {
      // What stands before the end of the session must be in its range before that is written.
      if (first_index != 0 || last_index != 0)
        local.range.add(first_index, last_index, block.address, block.last_address);
      label(local, *piece, number);
    } else if (piece->header.file_index > 0) {
      last_index = static_cast<std::uint32_t>(piece->header.file_index);
      if (first_index == 0) first_index = last_index;
      if (!current_->job) ++run_.ignored_;
      if (current_->job && !current_->has_ended) {
        if (run_.settings_.lists_records) list(*piece, number);
        current_->rows.piece(*piece, *this);
      }
    }
  }
  if (current_->has_ended || !current_->job) return;
  local.range.add(first_index, last_index, block.address, block.last_address);
  if (local.range_start == 0) local.range_start = block.address;
  if (block.last_address - local.range_start >= longest_range) close_range(local);
}

void VolumeScan::label(Local& local, const format::RecordPiece& piece, VolumeSession number) {
  if (piece.is_cut()) return;
  switch (static_cast<format::LabelType>(piece.header.file_index)) {
    case format::LabelType::session_start: return session_start(local, piece, number);
    case format::LabelType::session_end: return session_end(local, piece, number);
    default: break;
  }
}

void VolumeScan::session_start(Local& local, const format::RecordPiece& piece, VolumeSession number) {
  const auto label = format::parse_session_label(piece.data, format::SessionEdge::start);
  auto& session = *local.session;
  if (!label || session.job) return;
  sums_.last_written = std::max(sums_.last_written, label->written);
  session.job = run_.catalog_.session_start(number, *label);
}

void VolumeScan::session_end(Local& local, const format::RecordPiece& piece, VolumeSession number) {
  const auto label = format::parse_session_label(piece.data, format::SessionEdge::end);
  auto& session = *local.session;
  if (!label) return;
  sums_.last_written = std::max(sums_.last_written, label->written);
  if (!session.job)
    return run_.settings_.tell(
        0, fmt::format("Could not find SessId={} SessTime={} for EOS record.\n", number.id, number.time));
  if (session.has_ended) return;
  session.rows.finish(*this);
  close_range(local);
  for (const auto& [volume, range] : session.pieces) run_.catalog_.piece(*session.job, volume, range);
  session.pieces.clear();
  run_.catalog_.session_end(*session.job, *label);
  session.has_ended = true;
}

void VolumeScan::close_range(Local& local) {
  local.range_start = 0;
  if (const auto range = local.range.take(); range && local.session->job && !local.session->has_ended)
    local.session->pieces.emplace_back(volume_, *range);
}

void VolumeScan::list(const format::RecordPiece& piece, VolumeSession number) {
  const auto id = static_cast<format::StreamId>(piece.stream() & format::stream_id_mask);
  if (piece.is_cut() || piece.is_continuation() || !format::is_attributes(id)) return;
  if (const auto attributes = format::parse_attributes(piece.data))
    run_.settings_.tell(0, fmt::format("SessId={} SessTime={} FI={} {}\n", number.id, number.time,
                                       piece.header.file_index, volumes::file_line(*attributes)));
}

void VolumeScan::files(std::span<const catalog::NewFile> files) {
  const auto& job = *current_->job;
  if (!job.wants_files) return;
  if (catalog_) catalog_->files().add(job.id, files);
  run_.catalog_.count_files(files.size(), 0);
  const auto before = file_rows_;
  file_rows_ += files.size();
  if (before / files_per_message != file_rows_ / files_per_message)
    run_.settings_.tell(1, fmt::format("{} file records. At file:blk={}:{} bytes={}\n",
                                       with_thousands(file_rows_), with_thousands(position_ >> 32),
                                       with_thousands(position_ & 0xFFFFFFFF), with_thousands(position_)));
}

void VolumeScan::restore_object(const catalog::RestoreObjectRow& object) {
  const auto& job = *current_->job;
  if (!job.wants_files) return;
  auto row = object;
  row.job = job.id;
  if (catalog_) catalog_->files().add_restore_object(row);
  run_.catalog_.count_files(0, 1);
}

void VolumeScan::skipped(std::uint32_t file_index, const std::string& why) {
  run_.settings_.tell(0, fmt::format("Error: {} in the record of file {} of JobId {}; it is left out.\n", why,
                                     file_index, current_->job->id.value));
}

}  // namespace holdfast::apps
