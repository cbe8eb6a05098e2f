// SPDX-License-Identifier: AGPL-3.0-or-later
// Drives that hold one medium at a time, which a person or a robot puts there.
#include <fmt/core.h>

#include "base/error.h"
#include "base/text.h"
#include "volumes/append_mount.h"
#include "volumes/autochanger.h"

namespace holdfast::volumes {
namespace {

using Purpose = VolumeCatalog::Purpose;
using Relabelled = VolumeCatalog::Relabelled;

}  // namespace

bool AppendMount::is_still_good(StorageDevice::Turn& turn, const std::string& candidate) {
  auto& mounted = *turn.mounted();
  if (mounted.is_nearly_full || (!candidate.empty() && candidate != mounted.record.name)) return false;
  auto current = catalog_.get_volume(mounted.record.name, Purpose::append);
  // Fewer files: it was recycled, and its label is to be written anew.
  if (!current || current->status != "Append" || current->files != mounted.record.files) return false;
  auto claim = device_.claim(mounted.record.name, VolumeClaim::Use::append);
  if (!claim) return false;
  mounted.claim = std::move(*claim);
  log_.message(MessageType::info, fmt::format("Ready to append to end of Volume \"{}\" at file={}.\n",
                                              mounted.record.name, current->files));
  mounted.record = std::move(*current);
  mounted.generation = turn.next_generation();
  mounted.file_number = mounted.since_mark = 0;
  device_.shared_state().with([&](DeviceState& state) {
    state.pool = job_.pool;
    state.pool_type = job_.pool_type;
    state.is_appending = true;
  });
  return true;
}

/// Nothing: the robot did what it could, or there is none.
std::optional<AppendMount::Tried> AppendMount::load(StorageDevice::Turn& turn, const VolumeRecord& record) {
  auto* changer = device_.changer();
  if (changer == nullptr) return std::nullopt;
  if (!is_by_robot(record)) {
    warn(
        fmt::format("No slot defined in catalog (slot={}) for Volume \"{}\" on {}.\n"
                    "Cartridge change or \"update slots\" may be required.\n",
                    record.slot, record.name, device_.print_name()));
    return std::nullopt;
  }
  const device::ChangerErrand errand{.volume = record.name, .job = job_.job, .client = job_.client};
  switch (changer->load(device_, turn, static_cast<unsigned>(record.slot), errand, log_).loaded) {
    case Autochanger::Loaded::yes: return std::nullopt;
    case Autochanger::Loaded::slot_is_empty:
      warn(fmt::format(
          "Slot {} of autochanger {} is empty; volume \"{}\" should be there. \"update slots\" tells the "
          "catalog what is where.\n",
          record.slot, changer->name(), record.name));
      return Tried::next;
    case Autochanger::Loaded::used_elsewhere: return Tried::next;
  }
  return std::nullopt;
}

bool AppendMount::is_by_robot(const VolumeRecord& record) const {
  return device_.changer() != nullptr && record.in_changer && record.slot > 0;
}

/// What is in the drive is not to be written: the robot takes it away when the next volume comes; a person is asked.
AppendMount::Tried AppendMount::refuse_medium(StorageDevice::Turn& turn, const VolumeRecord& wanted,
                                              const std::string& why) {
  if (is_by_robot(wanted)) return reject(wanted, why);
  warn(why);
  turn.drive().unload();
  return Tried::ask;
}

AppendMount::Tried AppendMount::try_loaded(StorageDevice::Turn& turn, VolumeRecord record) {
  if (const auto failed = load(turn, record)) return *failed;
  if (!turn.drive().has(record.name)) return Tried::ask;
  auto medium = open(turn, record.name);
  // Whose fault it is, the drive's or the tape's, nobody knows: the volume keeps its status.
  if (!medium) return is_by_robot(record) ? Tried::next : Tried::ask;
  // What cannot be read back begins anew with every opening: whoever reads it needs a label.
  if (medium->addressing() == device::Addressing::none)
    return label_new(turn, std::move(record), std::move(medium));
  const auto found = read_label(*medium);
  if (const auto* none = std::get_if<NoLabel>(&found)) {
    // A tape that holds something else is only overwritten where nothing was ever known to be on the volume.
    if (device_.settings().labels_media && record.bytes == 0)
      return label_new(turn, std::move(record), std::move(medium));
    medium.reset();
    return refuse_medium(
        turn, record,
        fmt::format("Requested Volume \"{}\" on {} is not a Bareos labeled Volume, because: ERR={}\n",
                    record.name, device_.print_name(), none->why));
  }
  const auto& present = std::get<FoundLabel>(found).label.volume;
  if (present != record.name) return try_other(turn, std::move(record), present, std::move(medium));
  return use(turn, record.name, std::move(medium));
}

/// Another volume is in the drive: as good as the wanted one, if the catalog says so.
AppendMount::Tried AppendMount::try_other(StorageDevice::Turn& turn, VolumeRecord wanted,
                                          const std::string& present, Medium medium) {
  const auto name = printable(present);
  const auto other = catalog_.get_volume(present, Purpose::append);
  if (other) return use(turn, present, std::move(medium));
  medium.reset();
  const auto why =
      fmt::format("Director wanted Volume \"{}\".\n    Current Volume \"{}\" not acceptable because:\n    {}",
                  wanted.name, name, other.error());
  if (!is_by_robot(wanted)) return refuse_medium(turn, wanted, why);
  warn(why);
  if (!catalog_.get_volume(present, Purpose::read)) {
    log_.message(MessageType::error, fmt::format("Autochanger Volume \"{}\" not found in slot {}.\n"
                                                 "    Setting InChanger to zero in catalog.\n",
                                                 wanted.name, wanted.slot));
    wanted.in_changer = false;
    catalog_.update_media(wanted, Relabelled::yes);
  }
  return Tried::next;
}

}  // namespace holdfast::volumes
