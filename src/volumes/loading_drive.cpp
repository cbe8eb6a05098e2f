// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/loading_drive.h"

#include <fmt/core.h>

#include "base/error.h"
#include "base/text.h"
#include "volumes/volume_label.h"

namespace holdfast::volumes {

template <typename Action>
auto LoadingDrive::with_drive(Action&& action) {
  auto turn = device_.try_turn({});
  if (!turn) throw Error(ErrorKind::internal, "{} is in use", device_.print_name());
  return std::forward<Action>(action)(turn->drive());
}

void LoadingDrive::use_key(std::string_view encryption_key) {
  with_drive([&](device::Drive& drive) { drive.use_key(encryption_key); });
}

bool LoadingDrive::has(std::string_view volume) {
  return with_drive([&](device::Drive& drive) { return drive.has(volume); });
}

void LoadingDrive::unload() {
  with_drive([](device::Drive& drive) { drive.unload(); });
}

/// A medium without a label that can be read may be the volume, damaged. The robot's barcodes know; of what a person put in, only
/// a blank one is surely another.
bool LoadingDrive::is_taken_for(const std::string& volume, bool is_empty) {
  if (!library_->has_robot()) return !is_empty;
  const auto slot = library_->slot_in(device_);
  return slot && library_->is_expected(volume, *slot);
}

LoadingDrive::Seen LoadingDrive::look(const std::string& volume, Access access) {
  std::unique_ptr<device::Device> medium;
  try {
    medium = with_drive([&](device::Drive& drive) { return drive.open(volume, access); });
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    return {nullptr, "nothing"};
  }
  const auto found = read_label(*medium);
  const auto* label = std::get_if<FoundLabel>(&found);
  const auto name = label != nullptr ? label->label.volume : std::string();
  const auto* none = std::get_if<NoLabel>(&found);
  if (const auto slot = library_->slot_in(device_); slot && *slot != 0) library_->learn(*slot, name);
  if (none != nullptr ? !is_taken_for(volume, none->is_empty) : name != volume)
    return {nullptr,
            none != nullptr ? "a medium without label" : fmt::format("volume \"{}\"", printable(name))};
  if (surroundings_.find_key) use_key(surroundings_.find_key(volume));
  medium->seek(0);
  return {std::move(medium), {}};
}

std::unique_ptr<device::Device> LoadingDrive::open(std::string_view name, Access access) {
  const std::string volume(name);
  if (volume.empty()) return with_drive([&](device::Drive& drive) { return drive.open(name, access); });
  if (library_->has_robot()) return from_slots(volume, access);
  auto seen = look(volume, access);
  return seen.medium ? std::move(seen.medium) : from_person(volume, access, std::move(seen.instead));
}

std::unique_ptr<device::Device> LoadingDrive::from_slots(const std::string& volume, Access access) {
  const auto slots = library_->slots_for(volume);
  // A person may have loaded it from a slot whose barcode is another name.
  if (slots.empty())
    if (auto seen = look(volume, access); seen.medium) return std::move(seen.medium);
  for (const auto slot : slots) {
    if (!library_->load(device_, slot, volume, surroundings_.tell)) continue;
    auto seen = look(volume, access);
    if (seen.medium) return std::move(seen.medium);
    surroundings_.tell(
        fmt::format("Slot {} holds {}, wanted is volume \"{}\".\n", slot, seen.instead, printable(volume)));
  }
  throw Error(
      ErrorKind::not_found,
      "Volume \"{}\" is in none of the slots that device {} can load ({}). Where its barcode is another "
      "name, --all-slots finds it.",
      printable(volume), device_.print_name(), library_->contents());
}

std::unique_ptr<device::Device> LoadingDrive::from_person(const std::string& volume, Access access,
                                                          std::string instead) {
  while (true) {
    unload();
    if (!surroundings_.ask || !surroundings_.ask(volume, instead))
      throw Error(ErrorKind::not_found,
                  "Volume \"{}\" is not in device {}: there is {}. Put it in and start again.",
                  printable(volume), device_.print_name(), instead);
    auto seen = look(volume, access);
    if (seen.medium) return std::move(seen.medium);
    instead = std::move(seen.instead);
  }
}

}  // namespace holdfast::volumes
