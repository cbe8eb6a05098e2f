// SPDX-License-Identifier: AGPL-3.0-or-later
#include "storage/device_commands.h"

#include <fmt/core.h>

#include <array>

#include "base/error.h"
#include "base/text.h"

namespace holdfast::storage {
namespace {

using volumes::Blocked;
using volumes::DeviceState;
using volumes::FoundLabel;
using volumes::StorageDevice;

std::string not_found(const std::string& device) { return encode(wire::DeviceNotFound{device}); }

/// Why the device cannot be used by the operator now; empty: it can.
std::string busy_reply(const StorageDevice& device) {
  const auto state = device.state();
  const auto name = device.print_name();
  switch (state.blocked) {
    case Blocked::by_user: return fmt::format("3931 Device \"{}\" is BLOCKED. user unmounted.\n", name);
    case Blocked::by_user_while_waiting:
      return fmt::format("3932 Device \"{}\" is BLOCKED. user unmounted during wait for media/mount.\n",
                         name);
    case Blocked::labelling: return fmt::format("3935 Device \"{}\" is blocked labeling a Volume.\n", name);
    // A job that waits for a volume is what the label command is for.
    case Blocked::waiting_for_mount:
    case Blocked::waiting_for_volume: return {};
    case Blocked::no: break;
  }
  if (state.readers > 0) return fmt::format("3936 Device \"{}\" is busy reading.\n", name);
  if (state.writers + state.reserved > 0) {
    return fmt::format("3937 Device \"{}\" is busy with writers={} reserved={}.\n", name, state.writers,
                       state.reserved);
  }
  return {};
}

void wake_waiting_jobs(StorageDevice& device) {
  device.shared_state().with([](DeviceState& state) { ++state.wakeups; });
}

}  // namespace

std::string DeviceCommands::serve(std::string_view text) {
  struct Command {
    std::string_view prefix;
    std::string (DeviceCommands::*handler)(std::string_view);
  };
  static constexpr std::array commands{
      Command{"label ", &DeviceCommands::label},
      Command{"relabel ", &DeviceCommands::relabel},
      Command{"readlabel ", &DeviceCommands::read_label},
      Command{"mount ", &DeviceCommands::mount},
      Command{"unmount ", &DeviceCommands::unmount},
      Command{"release ", &DeviceCommands::release},
      Command{"autochanger ", &DeviceCommands::autochanger},
  };
  for (const auto& command : commands) {
    if (!text.starts_with(command.prefix)) continue;
    try {
      return (this->*command.handler)(text);
    } catch (const Error& error) {
      return fmt::format("3912 Failed to label Volume: ERR={}\n", error.message());
    }
  }
  return {};
}

StorageDevice* DeviceCommands::find(std::string_view name, std::int32_t drive) const {
  const auto named = context_.devices.named(name);
  if (named.empty()) return nullptr;
  const auto index = static_cast<std::size_t>(std::max(drive, 0));
  return named[std::min(index, named.size() - 1)];
}

std::string DeviceCommands::write_label(StorageDevice& device, StorageDevice::Turn& turn,
                                        const std::string& file, const std::string& volume,
                                        const std::string& pool) {
  const auto medium = turn.drive().create(file);
  const auto label =
      volumes::new_label(context_.stamp, context_.clock, volume, pool, device.settings().media_type);
  const auto length = volumes::write_label(*medium, label, {});
  if (!length) return "3912 Failed to label Volume: ERR=No space left on device\n";
  return encode(
      wire::LabelReply{.files = 0, .bytes = *length, .volume = volume, .device = device.print_name()});
}

std::string DeviceCommands::label(std::string_view text) {
  const auto command = wire::decode<wire::LabelCommand>(text);
  if (!command) return fmt::format("3903 Error scanning label command: {}\n", trim(text));
  auto* device = find(command->device, command->drive);
  if (device == nullptr) return not_found(command->device);
  if (auto busy = busy_reply(*device); !busy.empty()) return busy;
  auto turn = device->take_turn({});
  if (turn.drive().has(command->volume)) {
    const auto medium = turn.drive().open(command->volume, device::Drive::Access::append);
    const auto found = volumes::read_label(*medium);
    if (const auto* labelled = std::get_if<FoundLabel>(&found)) {
      return fmt::format("3920 Cannot label Volume because it is already labeled: \"{}\"\n",
                         printable(labelled->label.volume));
    }
  }
  auto reply = write_label(*device, turn, command->volume, command->volume, command->pool);
  turn.release();
  wake_waiting_jobs(*device);
  return reply;
}

std::string DeviceCommands::relabel(std::string_view text) {
  const auto command = wire::decode<wire::RelabelCommand>(text);
  if (!command) return fmt::format("3903 Error scanning label command: {}\n", trim(text));
  auto* device = find(command->device, command->drive);
  if (device == nullptr) return not_found(command->device);
  if (auto busy = busy_reply(*device); !busy.empty()) return busy;
  auto turn = device->take_turn({});
  auto& drive = turn.drive();
  if (drive.has(command->old_volume)) {
    const auto medium = drive.open(command->old_volume, device::Drive::Access::append);
    const auto found = volumes::read_label(*medium);
    const auto* labelled = std::get_if<FoundLabel>(&found);
    if (labelled != nullptr && labelled->label.volume != command->old_volume)
      return "3921 Wrong volume mounted.\n";
    // The peer leaves the file under its old name, where no job finds it.
    if (command->old_volume != command->new_volume) drive.rename(command->old_volume, command->new_volume);
  }
  auto reply = write_label(*device, turn, command->new_volume, command->new_volume, command->pool);
  turn.release();
  wake_waiting_jobs(*device);
  return reply;
}

std::string DeviceCommands::read_label(std::string_view text) {
  const auto command = wire::decode<wire::ReadLabelCommand>(text);
  if (!command) return fmt::format("3909 Error scanning readlabel command: {}\n", trim(text));
  auto* device = find(command->device, command->drive);
  if (device == nullptr) return not_found(command->device);
  if (auto busy = busy_reply(*device); !busy.empty()) return busy;
  return fmt::format(
      "3902 Cannot mount Volume on Storage Device \"{}\" because:\nno volume is named, and none is "
      "mounted on a file device\n",
      device->print_name());
}

std::string DeviceCommands::mount(std::string_view text) {
  const auto command = wire::decode<wire::MountCommand>(text);
  if (!command) return fmt::format("3909 Error scanning mount command: {}\n", trim(text));
  auto* device = find(command->device, command->drive);
  if (device == nullptr) {
    return fmt::format("3999 Device {} not found or could not be opened.\n", command->device);
  }
  const auto name = device->print_name();
  const auto state = device->state();
  switch (state.blocked) {
    case Blocked::waiting_for_mount:
    case Blocked::waiting_for_volume:
    case Blocked::by_user_while_waiting:
      wake_waiting_jobs(*device);
      return fmt::format("3001 OK mount requested. {}Device={}\n",
                         command->slot ? "Specified slot ignored. " : "", name);
    case Blocked::by_user:
      device->shared_state().with([](DeviceState& shared) { shared.blocked = Blocked::no; });
      device->note_release();
      return fmt::format("3906 File device {} is always mounted.\n", name);
    case Blocked::labelling: return fmt::format("3903 Device {} is being labeled.\n", name);
    case Blocked::no: break;
  }
  if (!state.volume.empty())
    return fmt::format("3001 Device {} is mounted with Volume \"{}\"\n", name, state.volume);
  return fmt::format("3906 File device {} is always mounted.\n", name);
}

std::string DeviceCommands::unmount(std::string_view text) {
  const auto command = wire::decode<wire::UnmountCommand>(text);
  if (!command) return fmt::format("3907 Error scanning unmount command: {}\n", trim(text));
  auto* device = find(command->device, command->drive);
  if (device == nullptr) return not_found(command->device);
  const auto name = device->print_name();
  const auto state = device->state();
  switch (state.blocked) {
    case Blocked::waiting_for_mount:
    case Blocked::waiting_for_volume: return fmt::format("3001 Device \"{}\" unmounted.\n", name);
    case Blocked::labelling: return fmt::format("3903 Device \"{}\" is being labeled.\n", name);
    default: break;
  }
  if (state.volume.empty() && !state.is_busy()) {
    return fmt::format("3901 Device \"{}\" is already unmounted.\n", name);
  }
  if (auto busy = busy_reply(*device); !busy.empty()) return busy;
  device->shared_state().with([](DeviceState& shared) { shared.blocked = Blocked::by_user; });
  return fmt::format("3002 Device \"{}\" unmounted.\n", name);
}

std::string DeviceCommands::release(std::string_view text) {
  const auto command = wire::decode<wire::ReleaseCommand>(text);
  if (!command) return fmt::format("3927 Error scanning release command: {}\n", trim(text));
  auto* device = find(command->device, command->drive);
  if (device == nullptr) return not_found(command->device);
  const auto name = device->print_name();
  const auto state = device->state();
  switch (state.blocked) {
    case Blocked::waiting_for_volume: return fmt::format("3922 Device \"{}\" waiting for sysop.\n", name);
    case Blocked::waiting_for_mount: return fmt::format("3922 Device \"{}\" waiting for mount.\n", name);
    case Blocked::labelling: return fmt::format("3914 Device \"{}\" is being labeled.\n", name);
    default: break;
  }
  if (auto busy = busy_reply(*device); state.is_busy() && !busy.empty()) return busy;
  if (state.volume.empty()) return fmt::format("3921 Device \"{}\" already released.\n", name);
  return fmt::format("3022 Device \"{}\" released.\n", name);
}

std::string DeviceCommands::autochanger(std::string_view text) {
  const auto words = split(trim(text), ' ');
  if (words.size() < 3)
    return "3908 Error scanning autochanger drives/list/slots command: " + std::string(text) + "\n";
  const auto name = replace_all(std::string(words[2]), "\x01", " ");
  auto* device = find(name, 0);
  if (device == nullptr) return not_found(name);
  if (words[1] == "drives") return fmt::format("drives={}\n", context_.devices.named(name).size());
  return fmt::format("3993 Device {} not an autochanger device.\n", device->print_name());
}

}  // namespace holdfast::storage
