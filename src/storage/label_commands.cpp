// SPDX-License-Identifier: AGPL-3.0-or-later
// label, relabel and readlabel (interop 03, sections 12.2 and 12.3).
#include <fmt/core.h>

#include "base/error.h"
#include "base/text.h"
#include "storage/device_commands.h"

namespace holdfast::storage {
namespace {

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

bool is_loaded(const StorageDevice& device) { return device.media_kind() == device::Drive::Media::loaded; }

}  // namespace

/// Of the medium that the command is about; nothing where it has none, or other contents.
std::optional<FoundLabel> DeviceCommands::label_of(Device& device, Turn& turn, const std::string& volume) {
  if (!turn.drive().has(volume)) {
    if (is_loaded(device)) throw Error(ErrorKind::not_found, "No medium found");
    return std::nullopt;
  }
  auto found = read_loaded(turn, device, volume);
  if (auto* label = std::get_if<FoundLabel>(&found)) return std::move(*label);
  return std::nullopt;
}

void DeviceCommands::write_label(Device& device, Turn& turn, const NewLabel& wanted) {
  const auto medium = turn.drive().create(wanted.file);
  medium->set_block_sizes(device.settings().label_sizes());
  const auto label = volumes::new_label(context_.stamp, context_.clock, wanted.volume, wanted.pool,
                                        device.settings().media_type);
  const auto length = volumes::write_label(*medium, label, {});
  if (!length) return say_("3912 Failed to label Volume: ERR=No space left on device\n");
  // Behind the label of a tape stands a mark, and the next job compares.
  const bool counts_files = medium->addressing() == device::Addressing::files_and_blocks;
  say_(encode(
      wire::LabelReply{.files = counts_files ? static_cast<std::uint32_t>(medium->position() >> 32) : 0,
                       .bytes = *length,
                       .volume = wanted.volume,
                       .device = device.print_name()}));
}

void DeviceCommands::label(std::string_view text) {
  const auto command = wire::decode<wire::LabelCommand>(text);
  if (!command) return say_(fmt::format("3903 Error scanning label command: {}\n", trim(text)));
  auto* device = find_idle(command->device, command->drive);
  if (device == nullptr) return;
  const Labelling labelling(*device);
  auto turn = device->take_turn({});
  load(*device, turn, command->slot);
  if (const auto found = label_of(*device, turn, command->volume)) {
    return say_(fmt::format("3920 Cannot label Volume because it is already labeled: \"{}\"\n",
                            printable(found->label.volume)));
  }
  write_label(*device, turn, {command->volume, command->volume, command->pool});
}

void DeviceCommands::relabel(std::string_view text) {
  const auto command = wire::decode<wire::RelabelCommand>(text);
  if (!command) return say_(fmt::format("3903 Error scanning label command: {}\n", trim(text)));
  auto* device = find_idle(command->device, command->drive);
  if (device == nullptr) return;
  const Labelling labelling(*device);
  auto turn = device->take_turn({});
  load(*device, turn, command->slot);
  const auto found = label_of(*device, turn, command->old_volume);
  if (found && found->label.volume != command->old_volume) return say_("3921 Wrong volume mounted.\n");
  // The peer leaves the file under its old name, where no job finds it.
  if (command->old_volume != command->new_volume && turn.drive().has(command->old_volume))
    turn.drive().rename(command->old_volume, command->new_volume);
  write_label(*device, turn, {command->new_volume, command->new_volume, command->pool});
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
    auto turn = device->take_turn({});
    load(*device, turn, command->slot);
    const auto found = read_loaded(turn, *device, "");
    if (const auto* none = std::get_if<volumes::NoLabel>(&found)) return refuse(none->why);
    say_(encode(wire::ReadLabelReply{printable(std::get<FoundLabel>(found).label.volume), command->slot}));
  } catch (const Error& error) {
    refuse(error.message());
  }
}

}  // namespace holdfast::storage
