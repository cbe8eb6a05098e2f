// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/append_session.h"

#include <algorithm>

#include "base/endian.h"
#include "base/error.h"
#include "crypto/crc32.h"

namespace holdfast::volumes {
namespace {

format::BuiltBlock sealed_later(format::BlockBuilder& builder, Buffer recycled) {
  // The checksum is the writing thread's work.
  return builder.take_block([](Bytes) -> std::uint32_t { return 0; }, std::move(recycled));
}

std::size_t blocks_ahead(std::size_t block_size) {
  // Of 50 jobs at once, whose devices are all slower than their clients, 500 MB must hold everything.
  constexpr std::size_t most_memory = 4UL * 1024 * 1024;
  return std::clamp<std::size_t>(most_memory / block_size, 1, 8);
}

}  // namespace

AppendSession::AppendSession(BlockSink& writer, AppendJob job, AttributeSink& attributes, const Clock& clock,
                             std::stop_token stop)
    : writer_(writer),
      job_(std::move(job)),
      attributes_(attributes),
      clock_(clock),
      stop_(stop),
      builder_(job_.mounting.session, writer.max_block_size()),
      full_(blocks_ahead(writer.max_block_size())),
      writing_([this] { write_blocks(); }) {
  put_label(format::LabelType::session_start, job_.label);
}

AppendSession::~AppendSession() {
  full_.abandon();
  full_.close();
}

void AppendSession::put_label(format::LabelType type, const format::SessionLabel& label) {
  auto stamped = label;
  if (label.end || label.written == Time{}) stamped.written = clock_.now();
  const auto payload = format::encode(stamped);
  if (!builder_.has_room_for(payload.size())) hand_over();
  put(static_cast<std::int32_t>(type), static_cast<std::int32_t>(label.job_id.value), payload);
}

void AppendSession::put(std::int32_t file_index, std::int32_t stream, Bytes payload) {
  format::BlockBuilder::Outgoing outgoing{.file_index = file_index, .stream = stream, .left = payload};
  while (!builder_.add(outgoing)) hand_over();
}

void AppendSession::record(std::int32_t file_index, std::int32_t stream, Bytes payload) {
  const auto index = static_cast<std::uint32_t>(file_index);
  if (index != totals_.files) {
    totals_.files = index;
    std::move(of_current_file_.begin(), of_current_file_.end(), std::back_inserter(of_complete_files_));
    of_current_file_.clear();
  }
  put(file_index, stream, payload);
  totals_.bytes += payload.size();
  keep_for_catalog(file_index, stream, payload);
  if (stop_.stop_requested()) throw Error(ErrorKind::cancelled, "cancelled");
}

void AppendSession::keep_for_catalog(std::int32_t file_index, std::int32_t stream, Bytes payload) {
  if (!format::belongs_into_catalog(static_cast<format::StreamId>(stream & format::stream_id_mask))) return;
  of_current_file_.push_back({file_index, stream, to_buffer(payload)});
}

void AppendSession::hand_over() {
  if (builder_.is_empty()) return;
  auto recycled = empty_.with([](std::vector<Buffer>& buffers) {
    if (buffers.empty()) return Buffer{};
    auto last = std::move(buffers.back());
    buffers.pop_back();
    return last;
  });
  Work work{sealed_later(builder_, std::move(recycled)), std::exchange(of_complete_files_, {})};
  // Also of a cancelled job: its end counts what was taken, so that must be there. Where nobody takes blocks any more, the
  // writing thread sees that the job is cancelled and ends.
  if (!full_.push(std::move(work), {})) check_writer();
}

/// The queue did not take a block: the writing thread failed.
void AppendSession::check_writer() {
  if (const auto failure = failure_.read([](const std::exception_ptr& e) { return e; })) {
    std::rethrow_exception(failure);
  }
  throw Error(ErrorKind::cancelled, "cancelled");
}

void AppendSession::write_blocks() {
  try {
    while (auto work = full_.pop()) {
      auto& bytes = work->block.bytes;
      store(bytes.data(), crypto::crc32(format::checksummed_part(bytes)));
      writer_.write(work->block);
      if (!work->attributes.empty()) attributes_.attributes(std::move(work->attributes));
      // All of them: memory that is given back and taken anew is cleared twice.
      empty_.with([&](std::vector<Buffer>& buffers) { buffers.push_back(std::move(bytes)); });
    }
  } catch (...) {
    failure_.with([](std::exception_ptr& failure) { failure = std::current_exception(); });
    full_.abandon();
  }
}

AppendTotals AppendSession::close(JobStatus status, std::uint32_t errors) {
  auto label = job_.label;
  label.end = format::SessionEnd{
      .files = totals_.files, .bytes = totals_.bytes, .errors = errors, .status = static_cast<char>(status)};
  put_label(format::LabelType::session_end, label);
  std::move(of_current_file_.begin(), of_current_file_.end(), std::back_inserter(of_complete_files_));
  hand_over();
  full_.close();
  writing_.join();
  if (failure_.read([](const std::exception_ptr& e) { return e != nullptr; })) check_writer();
  return totals_;
}

}  // namespace holdfast::volumes
