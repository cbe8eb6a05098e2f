// SPDX-License-Identifier: AGPL-3.0-or-later
// mount, unmount and release (interop 03, sections 12.4 to 12.6).
#include <fmt/core.h>

#include "base/error.h"
#include "base/text.h"
#include "storage/device_commands.h"
#include "volumes/autochanger.h"

namespace holdfast::storage {
namespace {

using volumes::Blocked;
using volumes::DeviceState;
using volumes::FoundLabel;
using volumes::StorageDevice;

bool is_loaded(const StorageDevice& device) { return device.media_kind() == device::Drive::Media::loaded; }

/// A job that waits for a volume looks again, also when the operator had taken the medium out.
void wake_waiting_jobs(StorageDevice& device) {
  device.shared_state().with([](DeviceState& state) {
    if (state.blocked == Blocked::by_user_while_waiting) {
      state.blocked = state.wanted_volume.empty() ? Blocked::waiting_for_volume : Blocked::waiting_for_mount;
    }
    ++state.wakeups;
  });
}

}  // namespace

void DeviceCommands::mount(std::string_view text) {
  const auto command = wire::decode<wire::MountCommand>(text);
  if (!command) return say_(fmt::format("3909 Error scanning mount command: {}\n", trim(text)));
  auto* device = find(command->device, command->drive);
  if (device == nullptr)
    return say_(fmt::format("3999 Device {} not found or could not be opened.\n", command->device));
  const auto name = device->print_name();
  const auto state = device->state();
  switch (state.blocked) {
    case Blocked::waiting_for_mount:
    case Blocked::waiting_for_volume:
    case Blocked::by_user_while_waiting:
      wake_waiting_jobs(*device);
      return say_(fmt::format("3001 OK mount requested. {}Device={}\n",
                              command->slot ? "Specified slot ignored. " : "", name));
    case Blocked::labelling: return say_(fmt::format("3903 Device {} is being labeled.\n", name));
    case Blocked::by_user:
    case Blocked::no: break;
  }
  // Somebody mounts, or moves a volume, just now.
  auto turn = device->try_turn(stop_);
  if (!turn) return say_(fmt::format("3001 Device {} is doing acquire.\n", name));
  if (state.blocked == Blocked::by_user) return mount_unmounted(*device, *turn, *command);
  mount_closed(*device, *turn, *command);
}

void DeviceCommands::mount_unmounted(Device& device, Turn& turn, const wire::MountCommand& command) {
  device.shared_state().with([](DeviceState& state) { state.blocked = Blocked::no; });
  device.note_release();
  if (!is_loaded(device))
    return say_(fmt::format("3906 File device {} is always mounted.\n", device.print_name()));
  load(device, turn, command.slot.value_or(0));
  say_mounted(device, turn, "3001 Device {} is mounted with Volume \"{}\"\n");
}

void DeviceCommands::mount_closed(Device& device, Turn& turn, const wire::MountCommand& command) {
  const auto state = device.state();
  const bool is_other_wanted = command.slot.value_or(0) > 0 && !state.is_busy();
  if (!state.volume.empty() && !is_other_wanted)
    return say_(
        fmt::format("3001 Device {} is mounted with Volume \"{}\"\n", device.print_name(), state.volume));
  if (!is_loaded(device))
    return say_(fmt::format("3906 File device {} is always mounted.\n", device.print_name()));
  if (state.is_busy()) return say_(fmt::format("3001 Device {} is doing acquire.\n", device.print_name()));
  load(device, turn, command.slot.value_or(0));
  say_mounted(device, turn,
              is_other_wanted ? "3001 Device {} is mounted with Volume \"{}\"\n"
                              : "3001 Device {} is already mounted with Volume \"{}\"\n");
}

void DeviceCommands::say_mounted(Device& device, Turn& turn, std::string_view form) {
  const auto name = device.print_name();
  try {
    const auto found = read_loaded(turn, device, "");
    const auto* label = std::get_if<FoundLabel>(&found);
    if (label == nullptr) {
      return say_(fmt::format(
          "3905 Device {} open but no Bareos volume is mounted.\nIf this is not a blank tape, try unmounting "
          "and remounting the Volume.\n",
          name));
    }
    const auto volume = printable(label->label.volume);
    device.shared_state().with([&](DeviceState& state) {
      state.volume = volume;
      state.pool = label->label.pool;
    });
    say_(fmt::format(fmt::runtime(form), name, volume));
  } catch (const Error& error) {
    say_(fmt::format("3901 Unable to open device {}: ERR={}\n", name, error.message()));
  }
}

/// True where it was said.
bool DeviceCommands::say_why_not_unmounted(Device& device) {
  const auto name = device.print_name();
  const auto state = device.state();
  const bool is_unmounted =
      state.blocked == Blocked::by_user || state.blocked == Blocked::by_user_while_waiting;
  const bool is_closed = state.volume.empty() && !state.is_busy();
  if (state.blocked == Blocked::labelling) {
    say_(fmt::format("3903 Device \"{}\" is being labeled.\n", name));
  } else if (is_unmounted || (is_closed && (!is_loaded(device) || device.changer() == nullptr))) {
    say_(fmt::format("3901 Device \"{}\" is already unmounted.\n", name));
  } else if (const auto busy = busy_reply(device); !busy.empty()) {
    say_(busy);
  } else {
    return false;
  }
  return true;
}

void DeviceCommands::unmount(std::string_view text) {
  const auto command = wire::decode<wire::UnmountCommand>(text);
  if (!command) return say_(fmt::format("3907 Error scanning unmount command: {}\n", trim(text)));
  auto* device = find(command->device, command->drive);
  if (device == nullptr) return say_(encode(wire::DeviceNotFound{command->device}));
  if (say_why_not_unmounted(*device)) return;
  const auto name = device->print_name();
  auto turn = device->try_turn(stop_);
  if (!turn) return say_(fmt::format("3902 Device \"{}\" is busy in acquire.\n", name));
  const auto state = device->state();
  const bool is_waiting =
      state.blocked == Blocked::waiting_for_mount || state.blocked == Blocked::waiting_for_volume;
  const bool was_closed = state.volume.empty() && !is_waiting;
  take_out(*device, *turn);
  // What was closed already stays free for jobs.
  if (was_closed) return say_(fmt::format("3901 Device \"{}\" is already unmounted.\n", name));
  device->shared_state().with([&](DeviceState& shared) {
    shared.blocked = is_waiting ? Blocked::by_user_while_waiting : Blocked::by_user;
  });
  say_(fmt::format("{} Device \"{}\" unmounted.\n", is_waiting ? 3001 : 3002, name));
}

void DeviceCommands::release(std::string_view text) {
  const auto command = wire::decode<wire::ReleaseCommand>(text);
  if (!command) return say_(fmt::format("3927 Error scanning release command: {}\n", trim(text)));
  auto* device = find(command->device, command->drive);
  if (device == nullptr) return say_(encode(wire::DeviceNotFound{command->device}));
  const auto name = device->print_name();
  const auto state = device->state();
  switch (state.blocked) {
    case Blocked::waiting_for_volume:
      return say_(fmt::format("3922 Device \"{}\" waiting for sysop.\n", name));
    case Blocked::waiting_for_mount:
      return say_(fmt::format("3922 Device \"{}\" waiting for mount.\n", name));
    case Blocked::labelling: return say_(fmt::format("3914 Device \"{}\" is being labeled.\n", name));
    default: break;
  }
  if (const auto busy = busy_reply(*device); state.is_busy() && !busy.empty()) return say_(busy);
  if (state.volume.empty()) return say_(fmt::format("3921 Device \"{}\" already released.\n", name));
  auto turn = device->try_turn(stop_);
  if (!turn) return say_(fmt::format("3923 Device \"{}\" is busy in acquire.\n", name));
  turn->close_medium();
  say_(fmt::format("3022 Device \"{}\" released.\n", name));
}

}  // namespace holdfast::storage
