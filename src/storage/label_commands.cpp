// SPDX-License-Identifier: AGPL-3.0-or-later
// label, relabel and readlabel (interop 03, sections 12.2 and 12.3).
#include <fmt/core.h>

#include "base/error.h"
#include "base/text.h"
#include "storage/device_commands.h"

namespace holdfast::storage {
namespace {

using namespace std::string_literals;

using volumes::Blocked;
using volumes::DeviceState;
using volumes::FoundLabel;
using volumes::StorageDevice;

/// Jobs and other commands keep away from a device while its medium is labelled; those that wait try again afterwards.
class Labelling {
 public:
  explicit Labelling(StorageDevice& device) : device_(device) {
    before_ = device_.shared_state().with(
        [](DeviceState& state) { return std::exchange(state.blocked, Blocked::labelling); });
  }
  ~Labelling() {
    device_.shared_state().with([&](DeviceState& state) {
      if (state.blocked == Blocked::labelling) state.blocked = state.waiting > 0 ? before_ : Blocked::no;
      ++state.wakeups;
    });
    device_.note_release();
  }
  Labelling(const Labelling&) = delete;
  Labelling& operator=(const Labelling&) = delete;

 private:
  StorageDevice& device_;
  Blocked before_ = Blocked::no;
};

std::string cannot_open(const StorageDevice& device, const Error& error) {
  return fmt::format("3910 Unable to open device \"{}\": ERR={}\n", device.print_name(), error.message());
}

bool is_loaded(const StorageDevice& device) { return device.media_kind() == device::Drive::Media::loaded; }

}  // namespace

/// Of the medium that the command is about; nothing where it has none, or other contents. Else the reply why not.
Expected<std::optional<FoundLabel>, std::string> DeviceCommands::label_of(Device& device, Turn& turn,
                                                                          const std::string& volume) {
  if (!turn.drive().has(volume)) {
    if (is_loaded(device))
      return unexpected("3914 Failed to label Volume (no media): ERR=No medium found\n"s);
    return std::nullopt;
  }
  try {
    auto found = read_loaded(turn, device, volume);
    if (auto* label = std::get_if<FoundLabel>(&found)) return std::move(*label);
    return std::nullopt;
  } catch (const Error& error) {
    return unexpected(cannot_open(device, error));
  }
}

void DeviceCommands::write_label(Device& device, Turn& turn, const std::string& volume,
                                 const std::string& pool) {
  std::unique_ptr<device::Device> medium;
  try {
    medium = turn.drive().create(volume);
  } catch (const Error& error) {
    return say_(cannot_open(device, error));
  }
  medium->set_block_sizes(device.settings().label_sizes());
  const auto label =
      volumes::new_label(context_.stamp, context_.clock, volume, pool, device.settings().media_type);
  const auto length = volumes::write_label(*medium, label, {});
  if (!length) return say_("3912 Failed to label Volume: ERR=No space left on device\n");
  // Behind the label of a tape stands a mark, and the next job compares.
  const bool counts_files = medium->addressing() == device::Addressing::files_and_blocks;
  say_(encode(
      wire::LabelReply{.files = counts_files ? static_cast<std::uint32_t>(medium->position() >> 32) : 0,
                       .bytes = *length,
                       .volume = volume,
                       .device = device.print_name()}));
}

/// The part that both commands have in common; `action` then has what is on the medium.
template <typename Command, typename Action>
void DeviceCommands::with_medium_to_label(std::string_view text, std::string Command::*present,
                                          Action&& action) {
  const auto command = wire::decode<Command>(text);
  if (!command) return say_(fmt::format("3903 Error scanning label command: {}\n", trim(text)));
  auto* device = find_idle(command->device, command->drive);
  if (device == nullptr) return;
  // Devices may share a directory: what another one works with must not begin anew.
  if (const auto* user = context_.devices.claims().user_besides((*command).*present, *device))
    return say_(fmt::format("3912 Failed to label Volume: ERR=Device {} works with Volume \"{}\"\n",
                            user->print_name(), (*command).*present));
  const Labelling labelling(*device);
  auto turn = device->take_turn(stop_);
  load(*device, turn, command->slot);
  const auto found = label_of(*device, turn, (*command).*present);
  if (!found) return say_(found.error());
  action(*device, turn, *command, *found);
}

void DeviceCommands::label(std::string_view text) {
  using Command = wire::LabelCommand;
  with_medium_to_label(
      text, &Command::volume,
      [this](Device& device, Turn& turn, const Command& command, const std::optional<FoundLabel>& found) {
        if (found)
          return say_(fmt::format("3920 Cannot label Volume because it is already labeled: \"{}\"\n",
                                  printable(found->label.volume)));
        write_label(device, turn, command.volume, command.pool);
      });
}

void DeviceCommands::relabel(std::string_view text) {
  using Command = wire::RelabelCommand;
  with_medium_to_label(
      text, &Command::old_volume,
      [this](Device& device, Turn& turn, const Command& command, const std::optional<FoundLabel>& found) {
        if (found && found->label.volume != command.old_volume) return say_("3921 Wrong volume mounted.\n");
        if (found && found->address != 0) return say_("3922 Cannot relabel an ANSI/IBM labeled Volume.\n");
        // The peer leaves the file under its old name, where no job finds it.
        if (command.old_volume != command.new_volume && turn.drive().has(command.old_volume))
          turn.drive().rename(command.old_volume, command.new_volume);
        write_label(device, turn, command.new_volume, command.pool);
      });
}

void DeviceCommands::read_label(std::string_view text) {
  const auto command = wire::decode<wire::ReadLabelCommand>(text);
  if (!command) return say_(fmt::format("3909 Error scanning readlabel command: {}\n", trim(text)));
  auto* device = find_idle(command->device, command->drive);
  if (device == nullptr) return;
  const auto refuse = [&](std::string_view why) {
    say_(fmt::format("3902 Cannot mount Volume on Storage Device \"{}\" because:\n{}\n", device->print_name(),
                     why));
  };
  if (!is_loaded(*device)) return refuse("no volume is named, and none is mounted on a file device");
  try {
    auto turn = device->take_turn(stop_);
    load(*device, turn, command->slot);
    const auto found = read_loaded(turn, *device, "");
    if (const auto* none = std::get_if<volumes::NoLabel>(&found)) return refuse(none->why);
    say_(encode(wire::ReadLabelReply{printable(std::get<FoundLabel>(found).label.volume), command->slot}));
  } catch (const Error& error) {
    refuse(error.message());
  }
}

}  // namespace holdfast::storage
