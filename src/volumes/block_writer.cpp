// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/block_writer.h"

#include <algorithm>

#include "base/error.h"
#include "base/local_time.h"
#include "base/text.h"

namespace holdfast::volumes {
namespace {

using Relabelled = VolumeCatalog::Relabelled;
using Written = device::Device::Written;

// A block that fits no empty volume would mark one volume after the other as full.
constexpr unsigned max_volumes_for_a_block = 5;

}  // namespace

BlockWriter::BlockWriter(StorageDevice& device, const MountingJob& job, VolumeCatalog& catalog, JobLog& log,
                         const LabelStamp& stamp, const Clock& clock, std::stop_token stop)
    : device_(device),
      job_(job),
      catalog_(catalog),
      log_(log),
      clock_(clock),
      stop_(stop),
      mount_(device, job, catalog, log, stamp, clock, stop) {}

BlockWriter::~BlockWriter() {
  if (!is_open_) return;
  auto turn = device_.take_turn({});
  try {
    leave(std::move(turn));
  } catch (const Error&) {
    // The Director is gone, too; what ended the job is on its way to be told.
  }
}

void BlockWriter::open(const std::string& candidate) {
  auto turn = device_.take_turn(stop_);
  const auto writers = device_.shared_state().with([this](DeviceState& state) {
    state.jobs.insert(job_.job);
    return ++state.writers;
  });
  is_open_ = true;
  if (turn.mounted() && (writers > 1 || mount_.is_still_good(turn, candidate))) {
    mount_.join(turn);
  } else {
    mount_.mount(turn, candidate);
  }
  const auto& mounted = *turn.mounted();
  generation_ = mounted.generation;
  file_number_ = mounted.file_number;
  media_id_ = mounted.record.media_id;
  max_block_size_ = device_.settings().block_sizes(mounted.record).maximum;
}

void BlockWriter::write(const format::BuiltBlock& block) {
  auto turn = device_.take_turn(stop_);
  try {
    write_somewhere(turn, block);
  } catch (...) {
    abandon_volume(turn);
    throw;
  }
}

/// In what state the medium is nobody knows now; the next block mounts and checks it again. The blocks of other
/// jobs on it count only if they can be made durable.
void BlockWriter::abandon_volume(StorageDevice::Turn& turn) {
  if (!turn.mounted()) return;
  try {
    turn.mounted()->medium->flush();
  } catch (const Error&) {
    turn.note_lost(turn.mounted()->generation);
  }
  turn.mounted().reset();
}

void BlockWriter::check_not_lost(const StorageDevice::Turn& turn) const {
  if (!turn.is_lost(generation_)) return;
  throw Error(ErrorKind::io, "Device {} failed; what was written to its last volume is not safe",
              device_.print_name());
}

void BlockWriter::write_somewhere(StorageDevice::Turn& turn, const format::BuiltBlock& block) {
  for (unsigned volumes = 0; volumes <= max_volumes_for_a_block; ++volumes) {
    if (!turn.mounted()) mount_.mount(turn, {});
    auto& mounted = *turn.mounted();
    catch_up(turn);
    if (mounted.since_mark + block.bytes.size() >= device_.settings().max_file_size) mark_file(mounted);
    const bool is_empty = mounted.record.blocks <= 1;
    const auto tried = try_write(mounted, block);
    if (tried == Tried::written) return;
    if (tried == Tried::no_space && is_empty && turn.drive().media_kind() == device::Drive::Media::named) {
      // Further volumes would lie on the same full disk.
      throw Error(ErrorKind::no_space,
                  "No space left on device {}: not even one block fits on the new volume \"{}\"",
                  device_.print_name(), mounted.record.name);
    }
    end_volume(turn);
  }
  throw Error(ErrorKind::no_space, "Catastrophic error. Cannot write overflow block to device {}",
              device_.print_name());
}

/// Another job may have gone to the next volume, or closed a range, since this one wrote last.
void BlockWriter::catch_up(StorageDevice::Turn& turn) {
  check_not_lost(turn);
  auto& mounted = *turn.mounted();
  if (mounted.generation == generation_ && mounted.file_number == file_number_) return;
  // The other job made the old volume durable before it left it.
  if (const auto range = range_.take()) catalog_.create_job_media(media_id_, *range);
  if (mounted.generation != generation_) {
    has_placeholder_ = false;
    if (const auto current = catalog_.get_volume(mounted.record.name, VolumeCatalog::Purpose::append);
        !current) {
      log_.message(MessageType::warning, current.error());
    }
  }
  generation_ = mounted.generation;
  file_number_ = mounted.file_number;
  media_id_ = mounted.record.media_id;
}

bool BlockWriter::is_over_capacity(const MountedVolume& mounted, std::size_t length) const {
  const auto& record = mounted.record;
  return record.max_bytes > 0 && record.bytes + length >= record.max_bytes;
}

/// JobMedia ranges are kept short, so that a restore of a few files need not read everything.
void BlockWriter::mark_file(MountedVolume& mounted) {
  end_file(mounted, device::Device::Mark::between_files);
  mounted.medium->flush();
  store_range(mounted);
  mounted.since_mark = 0;
  file_number_ = ++mounted.file_number;
  mounted.record = catalog_.update_media(mounted.record, Relabelled::no);
}

void BlockWriter::store_range(MountedVolume& mounted) {
  if (const auto range = range_.take()) catalog_.create_job_media(mounted.record.media_id, *range);
}

BlockWriter::Tried BlockWriter::try_write(MountedVolume& mounted, const format::BuiltBlock& block) {
  const auto length = block.bytes.size();
  if (is_over_capacity(mounted, length)) {
    log_.message(MessageType::info,
                 fmt::format("User defined maximum volume capacity {} exceeded on device {}.\n",
                             with_thousands(mounted.record.max_bytes), device_.print_name()));
    return Tried::volume_is_full;
  }
  if (mounted.is_nearly_full) return Tried::volume_is_full;
  const auto start = mounted.medium->position();
  const Instant before = clock_.instant();
  try {
    const auto written = mounted.medium->write_block(block.bytes);
    mounted.is_nearly_full = written == Written::early_warning;
    if (written == Written::end_of_medium) {
      log_.message(
          MessageType::info,
          fmt::format("End of Volume \"{}\" at {}:{} on device {}. Write of {} bytes got 0.\n",
                      mounted.record.name, start >> 32, start & 0xFFFFFFFF, device_.print_name(), length));
      // Of a disk that is news; a tape ends some day.
      if (device_.media_kind() == device::Drive::Media::named)
        log_.message(MessageType::info, fmt::format("No space left on device {}.\n", device_.print_name()));
      return Tried::no_space;
    }
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::cancelled) throw;
    return note_write_error(mounted, start, error);
  }
  const auto spent = std::chrono::duration_cast<std::chrono::microseconds>(clock_.instant() - before);
  mounted.record.write_time += spent.count();
  account(mounted, block, start);
  show_progress(mounted, length, spent);
  return Tried::written;
}

void BlockWriter::account(MountedVolume& mounted, const format::BuiltBlock& block, std::uint64_t start) {
  auto& record = mounted.record;
  const auto length = block.bytes.size();
  ++record.blocks;
  ++record.writes;
  record.bytes += length;
  record.files = static_cast<std::uint32_t>(mounted.medium->position() >> 32);
  mounted.since_mark += length;
  if (const auto header = format::parse_block_header(block.bytes))
    mounted.last_block = MountedVolume::LastBlock{.address = start, .header = *header};
  range_.add(block.first_index, block.last_index, start,
             device::last_address(mounted.medium->addressing(), start, length));
  if (!has_placeholder_ && block.first_index != 0) {
    catalog_.create_job_media(record.media_id, {});
    has_placeholder_ = true;
  }
}

/// A volume that cannot be written any more ends like a full one; what the failed write left is taken away.
BlockWriter::Tried BlockWriter::note_write_error(MountedVolume& mounted, std::uint64_t start,
                                                 const Error& error) {
  ++mounted.record.errors;
  log_.message(MessageType::error, fmt::format("Write error at {}:{} on device {}. ERR={}.\n", start >> 32,
                                               start & 0xFFFFFFFF, device_.print_name(), error.message()));
  if (mounted.medium->addressing() != device::Addressing::files_and_blocks) mounted.medium->truncate(start);
  return Tried::volume_is_full;
}

/// Of a tape. Where there is no room for the mark, the end of the medium does as well.
void BlockWriter::end_file(MountedVolume& mounted, device::Device::Mark mark) {
  if (mounted.since_mark == 0) return;
  mounted.medium->write_filemark(mark);
  mounted.record.files = static_cast<std::uint32_t>(mounted.medium->position() >> 32);
}

/// Makes durable what a volume holds that ends. A tape may refuse its last mark as it refused a block: then only what
/// can be read of it says whether the rest is there.
void BlockWriter::close_volume(StorageDevice::Turn& turn) {
  auto& mounted = *turn.mounted();
  const bool is_tape = mounted.medium->addressing() == device::Addressing::files_and_blocks;
  try {
    end_file(mounted, device::Device::Mark::behind_all);
    mounted.medium->flush();
  } catch (const Error& error) {
    if (!is_tape) throw;
    log_.message(MessageType::warning,
                 fmt::format("The end of Volume \"{}\" on device {} could not be marked: ERR={}.\n",
                             mounted.record.name, device_.print_name(), error.message()));
  }
  if (!is_tape || !mounted.last_block) return;
  if (is_last_block_there(mounted))
    return log_.message(MessageType::info, "Re-read of last block succeeded.\n");
  turn.note_lost(mounted.generation);
  throw Error(
      ErrorKind::io,
      "Re-read of last block of Volume \"{}\" on device {} failed: what was written to it is not safe",
      mounted.record.name, device_.print_name());
}

/// What a tape drive buffered and could not write would otherwise be missed too late.
bool BlockWriter::is_last_block_there(MountedVolume& mounted) const {
  Buffer buffer(max_block_size_);
  mounted.medium->seek(mounted.last_block->address);
  const auto outcome = mounted.medium->read_block(buffer);
  const auto* read = std::get_if<device::BlockRead>(&outcome);
  if (read == nullptr) return false;
  const auto header = format::parse_block_header(Bytes(buffer).first(read->length));
  return header && *header == mounted.last_block->header;
}

void BlockWriter::end_volume(StorageDevice::Turn& turn) {
  auto& mounted = *turn.mounted();
  close_volume(turn);
  store_range(mounted);
  mounted.record.status = "Full";
  catalog_.update_media(mounted.record, Relabelled::no);
  log_.message(MessageType::info,
               fmt::format("End of medium on Volume \"{}\" Bytes={} Blocks={} at {}.\n", mounted.record.name,
                           with_thousands(mounted.record.bytes), with_thousands(mounted.record.blocks),
                           local_time(clock_.now(), "%d-%b-%Y %H:%M")));
  turn.mounted().reset();
  mount_.mount(turn, {});
  device_.note_release();  // of the volume that ended
  has_placeholder_ = false;
  generation_ = turn.mounted()->generation;
  file_number_ = turn.mounted()->file_number;
  media_id_ = turn.mounted()->record.media_id;
  log_.message(MessageType::info,
               fmt::format("New volume \"{}\" mounted on device {} at {}.\n", turn.mounted()->record.name,
                           device_.print_name(), local_time(clock_.now(), "%d-%b-%Y %H:%M")));
  log_.status(JobStatus::running);
}

void BlockWriter::show_progress(const MountedVolume& mounted, std::size_t written,
                                std::chrono::microseconds spent) {
  device_.shared_state().with([&](DeviceState& state) {
    state.media_id = mounted.record.media_id;
    state.bytes = mounted.record.bytes;
    state.blocks = mounted.record.blocks;
    state.files = mounted.record.files;
    state.work.bytes_written += written;
    state.work.writing += spent;
    state.position = mounted.medium->position();
  });
}

void BlockWriter::settle() {
  auto turn = device_.take_turn(stop_);
  if (!turn.mounted()) return;
  catch_up(turn);
  turn.mounted()->medium->flush();
  store_range(*turn.mounted());
}

void BlockWriter::release() {
  if (!is_open_) return;
  // Not to be cancelled: what was written must be told to the catalog.
  auto turn = device_.take_turn({});
  log_.message(MessageType::info, fmt::format("Releasing device {}.\n", device_.print_name()));
  if (turn.mounted()) {
    auto& mounted = *turn.mounted();
    catch_up(turn);
    const bool is_last = device_.state().writers == 1;
    if (is_last) end_file(mounted, device::Device::Mark::between_files);
    mounted.medium->flush();
    store_range(mounted);
    if (is_last) mounted.since_mark = 0;
    mounted.record = catalog_.update_media(mounted.record, Relabelled::no);
  } else if (const auto range = range_.take()) {
    check_not_lost(turn);
    catalog_.create_job_media(media_id_, *range);
  }
  leave(std::move(turn));
}

void BlockWriter::leave(StorageDevice::Turn turn) {
  is_open_ = false;
  const auto volume = turn.mounted() ? turn.mounted()->record.name : std::string();
  const auto writers = device_.shared_state().with([this](DeviceState& state) {
    state.forget_job(job_.job);
    return --state.writers;
  });
  // To find the end of a tape again takes minutes.
  const bool stays_open = device_.settings().is_always_open && turn.mounted() &&
                          turn.mounted()->medium->addressing() == device::Addressing::files_and_blocks;
  if (writers == 0 && !stays_open) turn.close_medium();
  // A drive that is idle gives its volume to whoever needs it.
  if (writers == 0 && turn.mounted()) turn.mounted()->claim.release();
  const StorageDevice::Leaving leaving(device_, turn);
  device_.tell_alerts({.volume = volume, .job = job_.job, .client = job_.client}, log_);
}

}  // namespace holdfast::volumes
