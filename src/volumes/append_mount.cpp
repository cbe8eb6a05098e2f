// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/append_mount.h"

#include <fmt/chrono.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "volumes/block_reader.h"

namespace holdfast::volumes {
namespace {

using Purpose = VolumeCatalog::Purpose;
using Relabelled = VolumeCatalog::Relabelled;
using std::chrono::microseconds;

// More than a crash leaves behind: then something else is wrong, and nothing is thrown away.
constexpr std::uint64_t most_to_cut = 64ULL * 1024 * 1024;

// Volumes of a pool that others work with, before the operator is asked.
constexpr unsigned most_offered = 1000;

// Of volumes that turn out to be unfit, before the operator is asked.
constexpr unsigned most_rounds = 5;

std::int64_t spent(const Clock& clock, Instant since) {
  return std::chrono::duration_cast<microseconds>(clock.instant() - since).count();
}

}  // namespace

std::uint64_t trim_torn_tail(device::Device& medium, std::uint64_t from) {
  medium.seek(from);
  auto end = from;
  bool is_torn = false;
  BlockReader blocks(medium, BlockReader::Checksums::checked, [&](const std::string&) { is_torn = true; });
  while (const auto block = blocks.next()) {
    if (is_torn) break;
    end = block->last_address + 1;
  }
  const auto size = medium.seek_to_end();
  if (size - end > most_to_cut) return size;
  if (size != end) medium.truncate(end);
  return end;
}

std::optional<VolumeRecord> AppendMount::choose(const std::string& candidate) {
  if (!candidate.empty()) {
    auto record = catalog_.get_volume(candidate, Purpose::append);
    if (record && claim(candidate)) return std::move(*record);
    if (!record) log_.message(MessageType::warning, record.error());
  }
  for (unsigned offered = 0; offered < most_offered; ++offered) {
    auto record = catalog_.find_media(unwanted_);
    if (!record || claim(record->name)) return record;
    unwanted_.push_back(record->name);
  }
  return std::nullopt;
}

/// False: another device appends to it, or somebody reads it.
bool AppendMount::claim(const std::string& volume) {
  const auto& read = job_.read_volumes;
  if (std::find(read.begin(), read.end(), volume) != read.end()) return false;
  if (auto claim = device_.claim(volume, VolumeClaim::Use::append)) {
    // Of a volume that could not be mounted. Two jobs that try the same ones would wake each other for ever.
    claim_.undo();
    claim_ = std::move(*claim);
    return true;
  }
  warn(fmt::format("Volume \"{}\" is in use on another device; the job looks for another one.\n", volume));
  return false;
}

void AppendMount::mount(StorageDevice::Turn& turn, const std::string& candidate) {
  auto wanted = candidate;
  is_polling_ = false;
  operator_.watch();
  for (unsigned rounds = 1;; ++rounds) {
    turn.mounted().reset();
    auto record = rounds > most_rounds ? std::nullopt : choose(std::exchange(wanted, {}));
    const auto name = record ? record->name : "";
    const auto tried = record ? try_volume(turn, std::move(*record)) : Tried::ask;
    if (tried == Tried::mounted) return join(turn);
    unwanted_.push_back(name);
    if (tried == Tried::next) continue;
    wait_for_operator(turn, name);
    if (turn.mounted()) return join(turn);  // another job of this device was faster
    wanted = name;
    rounds = 0;
  }
}

void AppendMount::join(StorageDevice::Turn& turn) {
  auto& mounted = *turn.mounted();
  // The catalog must not hear of bytes that a power cut could still take away, not even those of other jobs.
  mounted.medium->flush();
  ++mounted.record.jobs;
  mounted.record = catalog_.update_media(mounted.record, Relabelled::no);
}

bool AppendMount::may_label(const VolumeRecord& record) const {
  return device_.settings().labels_media && (record.bytes == 0 || record.status == "Recycle");
}

void AppendMount::warn(const std::string& text) {
  if (!is_polling_) log_.message(MessageType::warning, text);
}

AppendMount::Tried AppendMount::reject(VolumeRecord record, const std::string& why) {
  log_.message(MessageType::warning, why);
  log_.message(MessageType::warning,
               fmt::format("Marking Volume \"{}\" in Error in Catalog.\n", record.name));
  record.status = "Error";
  catalog_.update_media(record, Relabelled::no);
  return Tried::next;
}

AppendMount::Tried AppendMount::try_volume(StorageDevice::Turn& turn, VolumeRecord record) {
  return turn.drive().media_kind() == device::Drive::Media::named ? try_named(turn, std::move(record))
                                                                  : try_loaded(turn, std::move(record));
}

/// Null: it cannot be written, which was told. In a directory that is so where another program writes it or this one may
/// not; other failures there are those of a disk, and end the job.
AppendMount::Medium AppendMount::open(StorageDevice::Turn& turn, const std::string& volume) {
  auto& drive = turn.drive();
  try {
    auto medium = drive.open(volume, device::Drive::Access::append);
    medium->set_block_sizes(device_.settings().label_sizes());
    return medium;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::cancelled) throw;
    if (drive.media_kind() == device::Drive::Media::named && error.kind() != ErrorKind::refused) throw;
    warn(fmt::format("Open device {} Volume \"{}\" failed: ERR={}\n", device_.print_name(), volume,
                     error.message()));
    return nullptr;
  }
}

AppendMount::Tried AppendMount::try_named(StorageDevice::Turn& turn, VolumeRecord record) {
  auto& drive = turn.drive();
  if (!drive.has(record.name)) {
    if (may_label(record)) {
      auto medium = drive.create(record.name);
      return label_new(turn, std::move(record), std::move(medium));
    }
    if (record.bytes == 0) {
      warn(fmt::format("Device {} not configured to autolabel Volumes.\n", device_.print_name()));
      return Tried::next;
    }
    return reject(record,
                  fmt::format("Volume \"{}\" not on device {}.\n", record.name, device_.print_name()));
  }
  auto medium = open(turn, record.name);
  if (!medium) return Tried::next;
  const auto found = read_label(*medium);
  if (const auto* none = std::get_if<NoLabel>(&found)) {
    if (may_label(record)) return label_new(turn, std::move(record), std::move(medium));
    return reject(
        record, fmt::format("Requested Volume \"{}\" on {} is not a Bareos labeled Volume, because: ERR={}\n",
                            record.name, device_.print_name(), none->why));
  }
  const auto& label = std::get<FoundLabel>(found).label;
  if (label.volume != record.name) {
    return reject(record, fmt::format("Wrong Volume mounted on device {}: Wanted {} have {}\n",
                                      device_.print_name(), record.name, printable(label.volume)));
  }
  return use(turn, record.name, std::move(medium));
}

/// The catalog is asked again now that the volume is known to be here: it may have been used up or recycled meanwhile.
AppendMount::Tried AppendMount::use(StorageDevice::Turn& turn, const std::string& volume, Medium medium) {
  auto current = catalog_.get_volume(volume, Purpose::append);
  if (!current) {
    warn(current.error());
    return Tried::next;
  }
  device_.use_key(turn, current->name, current->encryption_key, log_);
  if (current->status == "Recycle") return recycle(turn, std::move(*current), std::move(medium));
  return go_to_end(turn, std::move(*current), std::move(medium));
}

bool AppendMount::write_volume_label(device::Device& medium, VolumeRecord& record, AfterLabel after,
                                     std::uint64_t address) {
  const Instant before = clock_.instant();
  medium.set_block_sizes(device_.settings().label_sizes());
  const auto length =
      write_label(medium, new_label(stamp_, clock_, record.name, job_.pool, device_.settings().media_type),
                  job_.session, after, address);
  if (!length) return false;
  record.write_time += spent(clock_, before);
  record.bytes = *length;
  record.files = static_cast<std::uint32_t>(medium.position() >> 32);
  record.status = "Append";
  return true;
}

AppendMount::Tried AppendMount::label_new(StorageDevice::Turn& turn, VolumeRecord record, Medium medium) {
  // The label is durable before the catalog hears of it: a crash in between leaves a labelled volume that the
  // next job finds; the other order would leave a row for a volume that cannot be mounted.
  if (!write_volume_label(*medium, record, AfterLabel::filemark)) {
    throw Error(ErrorKind::no_space, "device {} has no room for a new volume", device_.print_name());
  }
  record.blocks = 1;
  ++record.writes;
  catalog_.update_media(record, Relabelled::yes);
  log_.message(MessageType::info,
               fmt::format("Labeled new Volume \"{}\" on device {}.\n", record.name, device_.print_name()));
  auto current = catalog_.get_volume(record.name, Purpose::append);
  if (!current) {
    warn(current.error());
    return Tried::next;
  }
  device_.use_key(turn, current->name, current->encryption_key, log_);
  return go_to_end(turn, std::move(*current), std::move(medium));
}

AppendMount::Tried AppendMount::recycle(StorageDevice::Turn& turn, VolumeRecord record, Medium medium) {
  // The old label was read just now. ANSI and IBM labels stand in a file of their own before it, and stay.
  const bool is_tape = medium->addressing() == device::Addressing::files_and_blocks;
  const auto address = is_tape ? medium->position() >> 32 << 32 : 0;
  if (!write_volume_label(*medium, record, AfterLabel::nothing, address)) {
    throw Error(ErrorKind::no_space, "device {} has no room for a label", device_.print_name());
  }
  record.jobs = record.blocks = record.errors = 0;
  ++record.mounts;
  ++record.writes;
  catalog_.create_job_media(record.media_id, {});
  record = catalog_.update_media(record, Relabelled::yes, unix_seconds(clock_.now()));
  log_.message(MessageType::info,
               fmt::format("Recycled volume \"{}\" on device {}, all previous data lost.\n", record.name,
                           device_.print_name()));
  return take(turn, std::move(record), std::move(medium));
}

/// Of media whose length can be told: false when something is missing.
bool AppendMount::is_at_known_end(device::Device& medium, VolumeRecord& record) {
  auto end = *medium.size();
  if (end < record.bytes) {
    log_.message(MessageType::error,
                 fmt::format("Bareos cannot write on disk Volume \"{}\" because: The sizes do not match! "
                             "Volume={} Catalog={}\n",
                             record.name, end, record.bytes));
    return false;
  }
  if (end > record.bytes) {
    log_.message(
        MessageType::warning,
        fmt::format("For Volume \"{}\":\nThe sizes do not match! Volume={} Catalog={}\nCorrecting Catalog\n",
                    record.name, end, record.bytes));
    if (medium.addressing() == device::Addressing::bytes) end = trim_torn_tail(medium, record.bytes);
    record.bytes = end;
  }
  log_.message(MessageType::info,
               fmt::format("Ready to append to end of Volume \"{}\" size={}\n", record.name, end));
  return true;
}

/// Of tapes.
bool AppendMount::is_at_known_file(device::Device& medium, VolumeRecord& record) {
  // Blocks behind the last mark are what a job wrote that did not end. They get their mark, so that what follows has
  // addresses that can be told from theirs.
  constexpr std::uint64_t behind_label = 1;
  if ((medium.position() & 0xFFFF'FFFF) != 0 && medium.position() != behind_label) medium.write_filemark();
  const auto file = static_cast<std::uint32_t>(medium.position() >> 32);
  const auto text = fmt::format("The number of files mismatch! Volume={} Catalog={}\n", file, record.files);
  if (file < record.files) {
    log_.message(MessageType::error,
                 fmt::format("Bareos cannot write on tape Volume \"{}\" because: {}", record.name, text));
    return false;
  }
  if (file > record.files) {
    log_.message(MessageType::warning,
                 fmt::format("For Volume \"{}\":\n{}Correcting Catalog\n", record.name, text));
    record.files = file;
  }
  log_.message(MessageType::info,
               fmt::format("Ready to append to end of Volume \"{}\" at file={}.\n", record.name, file));
  return true;
}

bool AppendMount::is_at_known_place(device::Device& medium, VolumeRecord& record) {
  switch (medium.addressing()) {
    case device::Addressing::none: return true;
    case device::Addressing::files_and_blocks: return is_at_known_file(medium, record);
    default: return is_at_known_end(medium, record);
  }
}

AppendMount::Tried AppendMount::go_to_end(StorageDevice::Turn& turn, VolumeRecord record, Medium medium) {
  log_.message(MessageType::info, fmt::format("Moving to end of data on volume \"{}\"\n", record.name));
  medium->seek_to_end();
  if (!is_at_known_place(*medium, record)) {
    record.status = "Error";
    catalog_.update_media(record, Relabelled::no);
    return Tried::next;
  }
  ++record.mounts;
  record = catalog_.update_media(record, Relabelled::no);
  return take(turn, std::move(record), std::move(medium));
}

AppendMount::Tried AppendMount::take(StorageDevice::Turn& turn, VolumeRecord record, Medium medium) {
  medium->set_block_sizes(device_.settings().block_sizes(record));
  device_.shared_state().with([&](DeviceState& state) {
    state.volume = record.name;
    state.pool = job_.pool;
    state.pool_type = job_.pool_type;
    state.is_appending = true;
    state.bytes = record.bytes;
    state.blocks = record.blocks;
    state.position = medium->position();
  });
  // A drive that holds another volume than the wanted one has it already.
  if (claim_.volume() != record.name)
    claim_ = device_.claim(record.name, VolumeClaim::Use::append).value_or(VolumeClaim());
  turn.mounted() = MountedVolume{.record = std::move(record),
                                 .medium = std::move(medium),
                                 .generation = turn.next_generation(),
                                 .claim = std::move(claim_)};
  return Tried::mounted;
}

void AppendMount::wait_for_operator(StorageDevice::Turn& turn, const std::string& volume) {
  turn.close_medium();
  if (volume.empty()) claim_.undo();
  const auto woken = operator_.wait(
      turn,
      {.use = WantedMedium::Use::append, .volume = volume, .pool = job_.pool, .media_type = job_.media_type});
  is_polling_ = woken == OperatorWait::Woken::to_poll;
  unwanted_.clear();
}

}  // namespace holdfast::volumes
