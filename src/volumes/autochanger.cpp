// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/autochanger.h"

#include <fmt/core.h>

namespace holdfast::volumes {
namespace {

using device::ChangerErrand;
using device::ChangerError;

/// How a robot says that there is nothing to load (interop 03, section 14).
bool says_slot_is_empty(const ChangerError& error) {
  const auto& output = error.output();
  return output.find("Source Element Address") != std::string::npos &&
         output.find("is Empty") != std::string::npos;
}

}  // namespace

void Autochanger::know(unsigned drive, std::optional<unsigned> slot) {
  known_.with([&](Slots& slots) {
    if (slot)
      slots[drive] = *slot;
    else
      slots.erase(drive);
  });
}

std::optional<unsigned> Autochanger::known_slot(unsigned drive) const {
  return known_.read([&](const Slots& slots) -> std::optional<unsigned> {
    const auto found = slots.find(drive);
    if (found == slots.end()) return std::nullopt;
    return found->second;
  });
}

unsigned Autochanger::loaded(unsigned drive, const ChangerErrand& errand, JobLog& log) {
  if (const auto known = known_slot(drive)) return *known;
  try {
    const auto slot = robot_->loaded(drive, errand);
    know(drive, slot);
    return slot;
  } catch (const ChangerError& error) {
    log.message(MessageType::info,
                fmt::format("3991 Bad autochanger \"loaded? drive {}\" command: ERR={}.\nResults={}\n", drive,
                            error.message(), error.output()));
    throw;
  }
}

void Autochanger::unload_drive(StorageDevice& device, StorageDevice::Turn& turn, unsigned slot,
                               const ChangerErrand& errand, JobLog& log) {
  const auto drive = device.settings().drive_index;
  turn.close_medium();
  turn.drive().unload();
  log.message(MessageType::info,
              fmt::format("3307 Issuing autochanger \"unload slot {}, drive {}\" command.\n", slot, drive));
  know(drive, std::nullopt);
  try {
    robot_->unload(slot, drive, errand);
  } catch (const ChangerError& error) {
    log.message(MessageType::error,
                fmt::format("3995 Bad autochanger \"unload slot {}, drive {}\": ERR={}\nResults={}\n", slot,
                            drive, error.message(), error.output()));
    throw;
  }
  know(drive, 0);
}

/// The other drive that works with it, and keeps it; null: it is in its slot, or in `device`.
const StorageDevice* Autochanger::take_from_others(const StorageDevice& device,
                                                   const StorageDevice::Turn& own_turn, unsigned slot,
                                                   const ChangerErrand& errand, JobLog& log) {
  for (auto* other : devices_) {
    if (other == &device || loaded(other->settings().drive_index, errand, log) != slot) continue;
    // Its own turn is not waited for: that drive may wait for this robot.
    auto turn = other->try_turn(own_turn.stop());
    if (!turn) return other;
    // A job that has the drive, but waits for another volume, can do without this one.
    if (other->state().is_volume_needed()) return other;
    unload_drive(*other, *turn, slot, errand, log);
  }
  return nullptr;
}

Autochanger::Outcome Autochanger::load(StorageDevice& device, StorageDevice::Turn& turn, unsigned slot,
                                       const ChangerErrand& errand, JobLog& log) {
  const RobotTurn robot_turn(*this, turn.stop());
  const auto drive = device.settings().drive_index;
  const auto present = loaded(drive, errand, log);
  if (present == slot) return {};
  if (const auto* user = take_from_others(device, turn, slot, errand, log))
    return {.loaded = Loaded::used_elsewhere, .user = user};
  if (present != 0) unload_drive(device, turn, present, errand, log);
  log.message(MessageType::info,
              fmt::format("3304 Issuing autochanger \"load slot {}, drive {}\" command.\n", slot, drive));
  know(drive, std::nullopt);
  try {
    robot_->load(slot, drive, errand);
  } catch (const ChangerError& error) {
    log.message(MessageType::error,
                fmt::format("3992 Bad autochanger \"load slot {}, drive {}\": ERR={}.\nResults={}\n", slot,
                            drive, error.message(), error.output()));
    if (!says_slot_is_empty(error)) throw;
    return {.loaded = Loaded::slot_is_empty};
  }
  know(drive, slot);
  log.message(MessageType::info,
              fmt::format("3305 Autochanger \"load slot {}, drive {}\", status is OK.\n", slot, drive));
  return {};
}

void Autochanger::unload(StorageDevice& device, StorageDevice::Turn& turn, const ChangerErrand& errand,
                         JobLog& log) {
  const RobotTurn robot_turn(*this, turn.stop());
  const auto slot = loaded(device.settings().drive_index, errand, log);
  if (slot != 0) unload_drive(device, turn, slot, errand, log);
}

}  // namespace holdfast::volumes
