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

// Repeats of the request to the operator: after 1, 2, 4, 8, 16 hours, then daily; the ninth wait is the last.
constexpr unsigned max_waits = 9;
std::chrono::seconds repeat_after(unsigned waits) {
  const std::chrono::hours hours(1U << std::min(waits, 5U));
  return std::min<std::chrono::seconds>(hours, std::chrono::hours(24));
}

// More than a crash leaves behind: then something else is wrong, and nothing is thrown away.
constexpr std::uint64_t most_to_cut = 64ULL * 1024 * 1024;

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
    if (record) return std::move(*record);
    log_.message(MessageType::warning, record.error());
  }
  const auto& read = job_.read_volumes;
  for (std::size_t offered = 0; offered <= read.size(); ++offered) {
    auto record = catalog_.find_media(unwanted_);
    if (!record || std::find(read.begin(), read.end(), record->name) == read.end()) return record;
    unwanted_.push_back(record->name);
  }
  return std::nullopt;
}

void AppendMount::mount(StorageDevice::Turn& turn, const std::string& candidate) {
  auto wanted = candidate;
  while (true) {
    turn.mounted().reset();
    auto record = choose(std::exchange(wanted, {}));
    if (!record) {
      wait_for_operator(turn);
      unwanted_.clear();
      if (turn.mounted()) return join(turn);
      continue;
    }
    const auto name = record->name;
    if (try_volume(turn, std::move(*record)) == Tried::mounted) return join(turn);
    unwanted_.push_back(name);
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

AppendMount::Tried AppendMount::reject(VolumeRecord record, const std::string& why) {
  log_.message(MessageType::warning, why);
  log_.message(MessageType::warning,
               fmt::format("Marking Volume \"{}\" in Error in Catalog.\n", record.name));
  record.status = "Error";
  catalog_.update_media(record, Relabelled::no);
  return Tried::next;
}

AppendMount::Tried AppendMount::try_volume(StorageDevice::Turn& turn, VolumeRecord record) {
  auto& drive = turn.drive();
  if (!drive.has(record.name)) {
    if (may_label(record)) {
      auto medium = drive.create(record.name);
      return label_new(turn, std::move(record), std::move(medium));
    }
    if (record.bytes == 0) {
      log_.message(MessageType::warning,
                   fmt::format("Device {} not configured to autolabel Volumes.\n", device_.print_name()));
      return Tried::next;
    }
    return reject(record,
                  fmt::format("Volume \"{}\" not on device {}.\n", record.name, device_.print_name()));
  }
  auto medium = drive.open(record.name, device::Drive::Access::append);
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
  // Asked again now that the volume is known to be here: it may have been used up or recycled meanwhile.
  auto current = catalog_.get_volume(record.name, Purpose::append);
  if (!current) {
    log_.message(MessageType::warning, current.error());
    return Tried::next;
  }
  if (current->status == "Recycle") return recycle(turn, std::move(*current), std::move(medium));
  return go_to_end(turn, std::move(*current), std::move(medium));
}

std::optional<std::uint64_t> AppendMount::write_volume_label(device::Device& medium, VolumeRecord& record) {
  const Instant before = clock_.instant();
  const auto length = write_label(
      medium, new_label(stamp_, clock_, record.name, job_.pool, device_.settings().media_type), job_.session);
  if (!length) return std::nullopt;
  record.write_time += spent(clock_, before);
  record.bytes = *length;
  record.status = "Append";
  return length;
}

AppendMount::Tried AppendMount::label_new(StorageDevice::Turn& turn, VolumeRecord record,
                                          std::unique_ptr<device::Device> medium) {
  // The label is durable before the catalog hears of it: a crash in between leaves a labelled volume that the
  // next job finds; the other order would leave a row for a volume that cannot be mounted.
  if (!write_volume_label(*medium, record)) {
    throw Error(ErrorKind::no_space, "device {} has no room for a new volume", device_.print_name());
  }
  record.blocks = 1;
  ++record.writes;
  catalog_.update_media(record, Relabelled::yes);
  log_.message(MessageType::info,
               fmt::format("Labeled new Volume \"{}\" on device {}.\n", record.name, device_.print_name()));
  auto current = catalog_.get_volume(record.name, Purpose::append);
  if (!current) {
    log_.message(MessageType::warning, current.error());
    return Tried::next;
  }
  return go_to_end(turn, std::move(*current), std::move(medium));
}

AppendMount::Tried AppendMount::recycle(StorageDevice::Turn& turn, VolumeRecord record,
                                        std::unique_ptr<device::Device> medium) {
  if (!write_volume_label(*medium, record)) {
    throw Error(ErrorKind::no_space, "device {} has no room for a label", device_.print_name());
  }
  record.jobs = record.files = record.blocks = record.errors = 0;
  ++record.mounts;
  ++record.writes;
  catalog_.create_job_media(record.media_id, {});
  record = catalog_.update_media(record, Relabelled::yes, unix_seconds(clock_.now()));
  log_.message(MessageType::info,
               fmt::format("Recycled volume \"{}\" on device {}, all previous data lost.\n", record.name,
                           device_.print_name()));
  return take(turn, std::move(record), std::move(medium));
}

AppendMount::Tried AppendMount::go_to_end(StorageDevice::Turn& turn, VolumeRecord record,
                                          std::unique_ptr<device::Device> medium) {
  log_.message(MessageType::info, fmt::format("Moving to end of data on volume \"{}\"\n", record.name));
  auto end = medium->seek_to_end();
  if (end < record.bytes) {
    log_.message(MessageType::error,
                 fmt::format("Bareos cannot write on disk Volume \"{}\" because: The sizes do not match! "
                             "Volume={} Catalog={}\n",
                             record.name, end, record.bytes));
    record.status = "Error";
    catalog_.update_media(record, Relabelled::no);
    return Tried::next;
  }
  if (end > record.bytes) {
    log_.message(
        MessageType::warning,
        fmt::format("For Volume \"{}\":\nThe sizes do not match! Volume={} Catalog={}\nCorrecting Catalog\n",
                    record.name, end, record.bytes));
    end = trim_torn_tail(*medium, record.bytes);
    record.bytes = end;
  }
  log_.message(MessageType::info,
               fmt::format("Ready to append to end of Volume \"{}\" size={}\n", record.name, end));
  ++record.mounts;
  record = catalog_.update_media(record, Relabelled::no);
  return take(turn, std::move(record), std::move(medium));
}

AppendMount::Tried AppendMount::take(StorageDevice::Turn& turn, VolumeRecord record,
                                     std::unique_ptr<device::Device> medium) {
  device_.shared_state().with([&](DeviceState& state) {
    state.volume = record.name;
    state.pool = job_.pool;
    state.pool_type = job_.pool_type;
    state.is_appending = true;
    state.bytes = record.bytes;
    state.blocks = record.blocks;
    state.position = record.bytes;
  });
  turn.mounted() = MountedVolume{
      .record = std::move(record), .medium = std::move(medium), .generation = turn.next_generation()};
  return Tried::mounted;
}

void AppendMount::wait_for_operator(StorageDevice::Turn& turn) {
  if (waits_ >= max_waits) {
    throw Error(ErrorKind::timeout, "Max time exceeded waiting to mount Storage Device {} for Job {}",
                device_.print_name(), job_.job);
  }
  auto& shared = device_.shared_state();
  const auto& settings = device_.settings();
  log_.status(JobStatus::waiting_for_media);
  const auto wakeups = shared.with([&](DeviceState& state) {
    state.blocked = Blocked::waiting_for_volume;
    state.wanted_pool = job_.pool;
    return state.wakeups;
  });
  log_.message(
      MessageType::mount,
      fmt::format(
          "Job {} is waiting. Cannot find any appendable volumes.\nPlease use the \"label\" command "
          "to create a new Volume for:\n    Storage:      {}\n    Pool:         {}\n    Media type:   {}\n",
          job_.job, device_.print_name(), job_.pool, job_.media_type));
  turn.release();
  const auto is_awake = [&](const DeviceState& state) { return state.wakeups != wakeups; };
  for (auto left = repeat_after(waits_); left.count() > 0; left -= settings.poll_interval) {
    if (shared.wait_for(stop_, std::min(left, settings.poll_interval), is_awake, [](DeviceState&) {})) break;
    if (stop_.stop_requested()) break;
    if (catalog_.find_media({})) break;
  }
  ++waits_;
  shared.with([](DeviceState& state) { state.blocked = Blocked::no; });
  if (stop_.stop_requested()) {
    throw Error(ErrorKind::cancelled, "Job {} canceled while waiting for mount on Storage Device \"{}\".",
                job_.job, device_.print_name());
  }
  turn = device_.take_turn(stop_);
}

}  // namespace holdfast::volumes
