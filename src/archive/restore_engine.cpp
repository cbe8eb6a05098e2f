// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/restore_engine.h"

#include <fmt/core.h>

#include <algorithm>

#include "archive/estimate.h"
#include "archive/plugin_file.h"
#include "base/error.h"
#include "base/text.h"
#include "format/plugin_name.h"

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
constexpr std::size_t most_plugin_messages = 25;

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
                             NewObjects& new_objects, Report& report)
    : target_(std::move(target)),
      report_(report),
      plan_(plan),
      new_(new_objects),
      maker_(*target_, plan, new_objects, report),
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
  flags_.take([&](const ObjectAttributes& object) {
    if (const auto named = target_->named(object.path))
      setter_.apply_flags(**named, object.path, object.fine.flags);
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
  totals_.in_place = maker_.files_in_place();
  totals_.unchanged_bytes = maker_.unchanged_bytes();
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
  // What the restore made already gets what belongs to it, though it ends.
  const bool is_begun = format::is_directory(parsed->type) && new_.directories.contains(object_.path);
  if (new_.failures.is_hopeless() && !is_begun) return;
  object_.link = parsed->link;
  object_.type = parsed->type;
  object_.stat = *stat;
  object_.fine = format::parse_fine(parsed->extended);
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
  if (plugin_ != nullptr && make_by_plugin()) return;
  switch (maker_.make(object_, file_)) {
    case Made::failed: ++totals_.errors; return;
    case Made::skipped:
      ++totals_.skipped;
      ++totals_.files;
      return;
    case Made::made: made_by_ = MadeBy::core; opened();
  }
}

void RestoreEngine::opened() {
  ++totals_.files;
  is_open_ = true;
  is_given_up_ = false;
  write_failure_.clear();
  position_ = end_ = 0;
  extra_size_ = 0;
  signatures_.start_file();
  if (report_.wants(MessageType::restored)) report_.message(MessageType::restored, listing());
}

/// False where the object is an ordinary file for the plugin, too.
bool RestoreEngine::make_by_plugin() {
  const auto& stat = object_.stat;
  plugins::RestoredObject wanted{object_.path, object_.stored_name, object_.link, object_.type,
                                 {},           file_index_};
  wanted.stat.mode = stat.mode;
  wanted.stat.links = stat.links;
  wanted.stat.uid = stat.uid;
  wanted.stat.gid = stat.gid;
  wanted.stat.rdev = stat.rdev;
  wanted.stat.size = stat.size;
  wanted.stat.access.seconds = stat.access_time;
  wanted.stat.modification.seconds = stat.modification_time;
  wanted.stat.change.seconds = stat.change_time;
  const auto created = plugin_->create(wanted);
  tell_plugin_messages();
  switch (created) {
    case plugins::Created::failed: ++totals_.errors; break;
    case plugins::Created::skipped:
      ++totals_.skipped;
      ++totals_.files;
      break;
    case plugins::Created::made:
    case plugins::Created::takes_data:
      plugin_failure_.clear();
      file_ = std::make_unique<PluginFile>(*plugin_, plugin_failure_);
      made_by_ = MadeBy::plugin;
      opened();
      break;
    case plugins::Created::by_core: return false;
  }
  return true;
}

void RestoreEngine::tell_plugin_messages() {
  for (const auto& message : plan_.plugins()->take_messages()) {
    if (message.type == MessageType::error) ++totals_.errors;
    if (message.type == MessageType::warning) ++totals_.warnings;
    report_.message(message.type, message.text);
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
  plugin_ = nullptr;
  const auto start = format::parse_plugin_start(payload);
  if (!start) return;  // the end of an object
  const std::string command(start->command);
  if (missing_plugins_.contains(command)) return;
  std::string reason = "not found";
  try {
    if (plan_.plugins() != nullptr) plugin_ = plan_.plugins()->target(command);
  } catch (const Error& failure) {
    if (failure.kind() == ErrorKind::cancelled) throw;
    tell_plugin_messages();
    error(failure.message());
    reason = "failed";
  }
  if (plugin_ != nullptr || missing_plugins_.size() >= most_plugin_messages) return;
  if (!missing_plugins_.insert(command).second) return;
  warning(fmt::format("Plugin={} {}. Its objects are restored like ordinary files.",
                      printable(command.substr(0, command.find(':'))), reason));
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
    if (made_by_ == MadeBy::core) new_.failures.failed(written.error());
    const auto& reason = plugin_failure_.empty() ? written.error().message() : plugin_failure_;
    write_failure_ = fmt::format("Write error on {}: ERR={}", printable(object_.path), reason);
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
  const ObjectAttributes wanted{object_.path, object_.stat, object_.fine, std::move(streams_)};
  streams_.clear();
  remember_flags();
  if (file_) {
    finish_file(wanted);
  } else if (format::is_directory(object_.type)) {
    directories_.add(wanted);
  } else if (object_.type != FileType::hard_link_saved && object_.type != FileType::junction) {
    const auto named = target_->named(object_.path);
    if (named) setter_.apply(**named, wanted);
  }
  if (plugin_ == nullptr) return;
  if (made_by_ == MadeBy::core)
    if (const auto finished = plugin_->finish({}); !finished)
      error(fmt::format("{}: {}", printable(object_.path), finished.error()));
  plugin_failure_.clear();
  tell_plugin_messages();
}

/// They wait until nothing has to be made or linked any more. A later version of an object may have none.
void RestoreEngine::remember_flags() {
  const bool can_have_flags = file_ || format::is_directory(object_.type);
  const auto key = std::hash<std::string>{}(object_.path);
  if (!can_have_flags || (object_.fine.flags == 0 && !flagged_.contains(key))) return;
  flagged_.insert(key);
  flags_.add({object_.path, {}, object_.fine});
}

/// What encryption holds back until the end of the data.
void RestoreEngine::finish_data() {
  if (const auto finished = decoder_.finish(*this); !finished) give_up(finished.error());
}

void RestoreEngine::finish_file(const ObjectAttributes& wanted) {
  if (!is_given_up_) finish_data();
  if (made_by_ == MadeBy::core) check_size();
  const bool is_device = object_.type == FileType::raw_device || object_.type == FileType::fifo;
  if (!is_device) setter_.apply(*file_, wanted);
  const auto closed = file_->close();
  note_closed(closed);
  if (!closed)
    error(fmt::format("Error closing {}: ERR={}", printable(object_.path),
                      plugin_failure_.empty() ? closed.error().message() : plugin_failure_));
  file_.reset();
  if (is_given_up_) return;
  if (const auto wrong = signatures_.finish_file(object_.type, object_.path)) error(*wrong);
}

void RestoreEngine::note_closed(const tree::Outcome<void>& closed) {
  if (made_by_ != MadeBy::core) return;
  if (!closed) return new_.failures.failed(closed.error());
  // Empty files find room where nothing else does.
  if (!is_given_up_ && end_ > 0) new_.failures.succeeded();
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
