// SPDX-License-Identifier: AGPL-3.0-or-later
#include "storage/device_commands.h"

#include <fmt/core.h>

#include <array>

#include "base/error.h"
#include "volumes/autochanger.h"

namespace holdfast::storage {
namespace {

using volumes::Blocked;

/// On a console's connection what a robot does is told as it is, between command and reply.
class RawLog final : public volumes::JobLog {
 public:
  explicit RawLog(const DeviceCommands::Say& say) : say_(say) {}
  void message(MessageType, const std::string& text) override { say_(text); }
  void status(JobStatus) override {}

 private:
  const DeviceCommands::Say& say_;
};

}  // namespace

std::string busy_reply(const volumes::StorageDevice& device) {
  const auto state = device.state();
  const auto name = device.print_name();
  switch (state.blocked) {
    case Blocked::by_user: return fmt::format("3931 Device \"{}\" is BLOCKED. user unmounted.\n", name);
    case Blocked::by_user_while_waiting:
      return fmt::format("3932 Device \"{}\" is BLOCKED. user unmounted during wait for media/mount.\n",
                         name);
    case Blocked::labelling: return fmt::format("3935 Device \"{}\" is blocked labeling a Volume.\n", name);
    // A job that waits for a volume is what these commands are for.
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

void DeviceCommands::serve(std::string_view text) {
  struct Command {
    std::string_view prefix;
    void (DeviceCommands::*handler)(std::string_view);
    std::string_view failed;  ///< in front of what went wrong
  };
  static constexpr std::array commands{
      Command{"label ", &DeviceCommands::label, "3912 Failed to label Volume: ERR="},
      Command{"relabel ", &DeviceCommands::relabel, "3912 Failed to label Volume: ERR="},
      Command{"readlabel ", &DeviceCommands::read_label, "3902 Cannot mount Volume because:\n"},
      Command{"mount ", &DeviceCommands::mount, "3907 "},
      Command{"unmount ", &DeviceCommands::unmount, "3907 "},
      Command{"release ", &DeviceCommands::release, "3907 "},
      Command{"autochanger ", &DeviceCommands::autochanger, "3998 Autochanger error: ERR="},
  };
  for (const auto& command : commands) {
    if (!text.starts_with(command.prefix)) continue;
    try {
      (this->*command.handler)(text);
    } catch (const device::ChangerError& error) {
      say_(fmt::format("3998 Autochanger error: ERR={}\n", error.message()));
    } catch (const Error& error) {
      say_(fmt::format("{}{}\n", command.failed, error.message()));
    }
    return;
  }
}

DeviceCommands::Device* DeviceCommands::find(std::string_view name, std::int32_t drive) const {
  for (const auto& group : context_.devices.groups()) {
    if (group.name != name) continue;
    if (drive >= 0) {
      const auto index = static_cast<std::size_t>(drive);
      return index < group.members.size() ? group.members[index] : nullptr;
    }
    for (auto* device : group.members) {
      if (device->is_auto_selected()) return device;
    }
    return nullptr;
  }
  return context_.devices.find(name);
}

DeviceCommands::Device* DeviceCommands::find_idle(std::string_view name, std::int32_t drive) {
  auto* device = find(name, drive);
  if (device == nullptr) {
    say_(encode(wire::DeviceNotFound{std::string(name)}));
    return nullptr;
  }
  if (const auto busy = busy_reply(*device); !busy.empty()) {
    say_(busy);
    return nullptr;
  }
  return device;
}

/// Nothing happens without a slot or without a robot.
void DeviceCommands::load(Device& device, Turn& turn, std::int32_t slot) {
  auto* changer = device.changer();
  if (slot <= 0 || changer == nullptr) return;
  RawLog log(say_);
  turn.close_medium();
  using Loaded = volumes::Autochanger::Loaded;
  switch (changer->load(device, turn, static_cast<unsigned>(slot), {}, log).loaded) {
    case Loaded::yes: return;
    case Loaded::slot_is_empty: throw Error(ErrorKind::not_found, "Slot {} is empty", slot);
    case Loaded::used_elsewhere:
      throw Error(ErrorKind::refused, "the volume of slot {} is in another drive, which works with it", slot);
  }
}

std::variant<volumes::FoundLabel, volumes::NoLabel> DeviceCommands::read_loaded(Turn& turn,
                                                                                const Device& device,
                                                                                std::string_view volume) {
  turn.close_medium();
  const auto medium = turn.drive().open(volume, device::Drive::Access::read);
  medium->set_block_sizes(device.settings().label_sizes());
  return volumes::read_label(*medium);
}

void DeviceCommands::take_out(Device& device, Turn& turn) {
  turn.close_medium();
  RawLog log(say_);
  if (auto* changer = device.changer()) return changer->unload(device, turn, {}, log);
  turn.drive().unload();
}

}  // namespace holdfast::storage
