// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/restore_engine.h"

#include <fmt/core.h>

#include <algorithm>

#include "archive/estimate.h"
#include "base/error.h"
#include "base/text.h"

namespace holdfast::archive {

namespace {

using format::FileType;
using format::StreamId;
using format::StreamKind;

/// ACLs and extended attributes wait until the file is complete. No file system of Linux takes as much.
constexpr std::size_t most_extra = 16 * 1024 * 1024;

bool is_sparse(StreamId stream) { return format::traits(stream).has_offset; }

// As with attributes: more of the same would hide everything else in the job's log.
constexpr std::uint64_t most_locked_messages = 25;

/// Whether the object is a file with data that a session key must unlock.
bool is_encrypted_file(FileType type, const format::PackedStat& stat) {
  const bool is_file = type == FileType::regular || type == FileType::regular_empty;
  return is_file && format::traits(stat.data_stream).has_encryption && stat.size != 0;
}

/// Data streams whose unwrapping this program knows (interop 05, section 13, step 2).
bool is_supported_data(StreamId stream) {
  return stream == StreamId::none || format::is_file_data(stream) || format::is_attributes(stream) ||
         format::is_digest(stream) || number(stream) <= 12 || stream == StreamId::signature;
}

}  // namespace

RestoreEngine::RestoreEngine(std::unique_ptr<tree::FileTarget> target, const RestorePlan& plan,
                             NewDirectories& new_directories, Report& report)
    : target_(std::move(target)),
      report_(report),
      plan_(plan),
      maker_(*target_, plan, new_directories, report),
      setter_(report),
      decoder_(plan.keys()),
      signatures_(plan.keys(), plan.signatures()) {}

void RestoreEngine::record(const RecordHead& head, Bytes payload) {
  const auto stream = static_cast<StreamId>(head.stream & format::stream_id_mask);
  const auto& traits = format::traits(stream);
  if (head.file_index <= 0) return;  // session labels
  if (traits.kind == StreamKind::attributes) return attributes(head, payload);
  if (traits.kind == StreamKind::plugin) return plugin(head, payload);
  if (traits.kind == StreamKind::restore_object) return;
  check_belongs(head);
  if (traits.kind == StreamKind::encryption_session) return session_key(payload);
  if (std::exchange(is_waiting_, false)) make();
  switch (traits.kind) {
    case StreamKind::data: data(stream, payload); break;
    case StreamKind::acl:
    case StreamKind::xattr: extra(stream, payload); break;
    case StreamKind::unknown: unknown(stream); break;
    case StreamKind::platform: ++ignored_[stream]; break;
    case StreamKind::signature:
      if (is_open_) signatures_.record(payload);
      break;
    default: break;  // digests are for the catalog and verify jobs
  }
}

void RestoreEngine::finish() {
  directories_.take([&](const ObjectAttributes& directory) {
    auto named = target_->named(directory.path);
    if (named) return setter_.apply(**named, directory);
    report_.message(MessageType::warning, fmt::format("The attributes of \"{}\" could not be restored: {}",
                                                      printable(directory.path), named.error().message()));
  });
  setter_.finish();
  if (locked_ > most_locked_messages)
    report_.message(MessageType::error,
                    fmt::format("{} files were not restored because no key unlocks their data", locked_));
  if (const auto text = signatures_.summary()) warning(*text);
  for (const auto& [stream, count] : ignored_)
    report_.message(MessageType::info,
                    fmt::format("{} non-supported {} streams ignored.", count, format::traits(stream).name));
  ignored_.clear();
  totals_.warnings += setter_.warnings();
}

void RestoreEngine::attributes(const RecordHead& head, Bytes payload) {
  finish_object();
  session_ = head.session;
  file_index_ = head.file_index;
  const auto parsed = format::parse_attributes(payload);
  const auto stat = parsed ? format::unpack_stat(parsed->packed_stat) : std::nullopt;
  if (!stat)
    return error(fmt::format("The attributes of file {} are damaged; not restored", head.file_index));
  if (parsed->type == FileType::deleted) {
    report_.message(MessageType::info, fmt::format("Original file {} have been deleted: type={}",
                                                   printable(parsed->name), number(parsed->type)));
    return;
  }
  object_.stored_name = parsed->name;
  object_.path = plan_.path_for(parsed->name);
  object_.link = parsed->link;
  object_.type = parsed->type;
  object_.stat = *stat;
  totals_.current = object_.path;
  if (!is_supported_data(stat->data_stream)) {
    warning(fmt::format("Data stream {} of {} not supported on this Client.", number(stat->data_stream),
                        printable(object_.path)));
    return;
  }
  decoder_.start_file(stat->data_stream);
  if (is_encrypted_file(parsed->type, *stat)) {
    is_waiting_ = true;
  } else {
    make();
  }
}

void RestoreEngine::make() {
  switch (maker_.make(object_, file_)) {
    case Made::failed: ++totals_.errors; return;
    case Made::skipped:
      ++totals_.skipped;
      ++totals_.files;
      return;
    case Made::made:
      ++totals_.files;
      is_open_ = true;
      is_given_up_ = false;
      write_failure_.clear();
      position_ = end_ = 0;
      extra_size_ = 0;
      signatures_.start_file();
      if (report_.wants(MessageType::restored)) report_.message(MessageType::restored, listing());
  }
}

std::string RestoreEngine::listing() const {
  tree::FileStat stat;
  stat.mode = object_.stat.mode;
  stat.links = object_.stat.links;
  stat.uid = object_.stat.uid;
  stat.gid = object_.stat.gid;
  stat.size = object_.stat.size;
  return list_line(stat, object_.stat.modification_time, object_.path,
                   object_.type == FileType::symlink ? object_.link : "");
}

void RestoreEngine::plugin(const RecordHead& head, Bytes payload) {
  finish_object();
  session_ = head.session;
  file_index_ = head.file_index;
  // "<FileIndex> 1 <portable> <plugin command>": the start of an object; "<FileIndex> 0" its end.
  const auto fields = split(as_text(payload), ' ');
  if (fields.size() < 4) return;
  const std::string name(fields[3].substr(0, fields[3].find(':')));
  if (plugins_.insert(name).second)
    warning(
        fmt::format("Plugin={} not found. Its objects are restored like ordinary files.", printable(name)));
}

void RestoreEngine::check_belongs(const RecordHead& head) const {
  if (head.file_index == file_index_ && head.session == session_) return;
  throw Error(ErrorKind::corrupt,
              "Expected to write data to stream {} of file {}, but this file was never created. Current file "
              "is: {}.",
              head.stream & format::stream_id_mask, head.file_index, file_index_);
}

void RestoreEngine::session_key(Bytes payload) {
  const auto unlocked = decoder_.session(payload);
  if (!std::exchange(is_waiting_, false)) return;  // without data no key is needed
  if (unlocked) {
    make();
  } else {
    locked(unlocked.error());
  }
}

void RestoreEngine::locked(const std::string& reason) {
  ++totals_.errors;
  if (++locked_ > most_locked_messages) return;
  report_.message(MessageType::error,
                  fmt::format("{} was not restored: {}", printable(object_.path), reason));
}

void RestoreEngine::data(StreamId stream, Bytes payload) {
  totals_.read_bytes += payload.size();
  if (!file_) return;
  const auto done = decoder_.decode(stream, payload, *this);
  if (done) return;
  give_up(done.error());
  finish_object();
}

Expected<void, std::string> RestoreEngine::write(const DataPiece& piece) {
  const auto position = piece.position.value_or(position_);
  const auto written = file_->write_at(position, piece.bytes);
  if (!written) {
    write_failure_ =
        fmt::format("Write error on {}: ERR={}", printable(object_.path), written.error().message());
    return unexpected(write_failure_);
  }
  position_ = position + piece.bytes.size();
  end_ = std::max(end_, position_);
  totals_.job_bytes += piece.bytes.size();
  return {};
}

void RestoreEngine::extra(StreamId stream, Bytes payload) {
  if (!is_open_) return;
  const std::size_t before = std::exchange(extra_size_, extra_size_ + payload.size());
  if (extra_size_ <= most_extra) return streams_.push_back({stream, to_buffer(payload)});
  if (before <= most_extra)
    warning(fmt::format("{} has more ACLs and extended attributes than a file can hold; the rest is ignored",
                        printable(object_.path)));
}

void RestoreEngine::unknown(StreamId stream) {
  if (unknown_.insert(number(stream)).second)
    warning(fmt::format("Unknown stream={} ignored. This shouldn't happen!", number(stream)));
}

/// The object stays as far as it got; its remaining data is of no use.
void RestoreEngine::give_up(const std::string& reason) {
  const bool is_write_error = !write_failure_.empty();
  error(is_write_error ? reason : fmt::format("Data of {}: {}", printable(object_.path), reason));
  is_given_up_ = true;
}

void RestoreEngine::finish_object() {
  if (std::exchange(is_waiting_, false)) make();
  if (!is_open_) return;
  is_open_ = false;
  const ObjectAttributes wanted{object_.path, object_.stat, std::move(streams_)};
  streams_.clear();
  if (file_) {
    finish_file(wanted);
  } else if (format::is_directory(object_.type)) {
    directories_.add(wanted);
  } else if (object_.type != FileType::hard_link_saved && object_.type != FileType::junction) {
    const auto named = target_->named(object_.path);
    if (named) setter_.apply(**named, wanted);
  }
}

/// What encryption holds back until the end of the data.
void RestoreEngine::finish_data() {
  if (const auto finished = decoder_.finish(*this); !finished) give_up(finished.error());
}

void RestoreEngine::finish_file(const ObjectAttributes& wanted) {
  if (!is_given_up_) finish_data();
  check_size();
  const bool is_device = object_.type == FileType::raw_device || object_.type == FileType::fifo;
  if (!is_device) setter_.apply(*file_, wanted);
  if (const auto closed = file_->close(); !closed)
    error(fmt::format("Error closing {}: ERR={}", printable(object_.path), closed.error().message()));
  file_.reset();
  if (is_given_up_) return;
  if (const auto wrong = signatures_.finish_file(object_.type, object_.path)) error(*wrong);
}

void RestoreEngine::check_size() {
  if (object_.type != FileType::regular || object_.stat.size < 0) return;
  const auto size = static_cast<std::uint64_t>(object_.stat.size);
  // Some writers leave out the last block of a sparse file when it is all zeros.
  if (end_ < size && is_sparse(object_.stat.data_stream) && file_->set_size(size)) end_ = size;
  if (end_ != size)
    error(fmt::format("File size of restored file {} not correct. Original {}, restored {}.",
                      printable(object_.path), size, end_));
}

void RestoreEngine::error(const std::string& text) {
  ++totals_.errors;
  report_.message(MessageType::error, text);
}
void RestoreEngine::warning(const std::string& text) {
  ++totals_.warnings;
  report_.message(MessageType::warning, text);
}

}  // namespace holdfast::archive
