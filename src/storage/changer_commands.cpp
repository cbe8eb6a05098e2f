// SPDX-License-Identifier: AGPL-3.0-or-later
// autochanger list, listall, slots, drives, transfer (interop 03, section 12.7).
#include <fmt/core.h>

#include "base/error.h"
#include "base/text.h"
#include "storage/device_commands.h"
#include "volumes/autochanger.h"

namespace holdfast::storage {
namespace {

struct ChangerOrder {
  std::string_view verb;
  std::string device;
};

/// The verb and the device of any of the commands.
std::optional<ChangerOrder> order_of(std::string_view text) {
  const auto words = split(trim(text), ' ');
  if (words.size() < 3) return std::nullopt;
  return ChangerOrder{words[1], replace_all(std::string(words[2]), "\x01", " ")};
}

// A robot that has just been switched on may say that it has none.
constexpr unsigned attempts_to_count = 3;

}  // namespace

void DeviceCommands::list_slots(volumes::Autochanger& changer, bool all) {
  const auto lines = changer.with_robot(
      stop_, [&](device::Changer& robot) { return all ? robot.list_all() : robot.list(); });
  for (const auto& line : lines) say_(line + "\n");
}

void DeviceCommands::count_slots(volumes::Autochanger& changer) {
  unsigned slots = 0;
  for (unsigned attempt = 0; slots == 0 && attempt < attempts_to_count; ++attempt)
    slots = changer.with_robot(stop_, [](device::Changer& robot) { return robot.slots(); });
  say_(encode(wire::SlotsReply{static_cast<std::int32_t>(slots)}));
}

void DeviceCommands::transfer(volumes::Autochanger& changer, const wire::TransferSlot& command) {
  say_("3306 Issuing autochanger transfer command.\n");
  const auto said = changer.with_robot(stop_, [&](device::Changer& robot) {
    return robot.transfer(static_cast<unsigned>(command.from), static_cast<unsigned>(command.to));
  });
  for (const auto& line : said) say_(line + "\n");
  say_(fmt::format("3308 Successfully transferred volume from slot {} to {}.\n", command.from, command.to));
}

void DeviceCommands::autochanger(std::string_view text) {
  const auto order = order_of(text);
  const auto refuse = [&] {
    say_(fmt::format("3908 Error scanning autochanger drives/list/slots command: {}\n", trim(text)));
  };
  if (!order) return refuse();
  const auto drives = context_.devices.named(order->device);
  if (drives.empty()) return say_(encode(wire::DeviceNotFound{order->device}));
  if (order->verb == "drives")
    return say_(encode(wire::DrivesReply{static_cast<std::int32_t>(drives.size())}));
  auto* changer = drives.front()->changer();
  if (changer == nullptr)
    return say_(fmt::format("3998 Device \"{}\" is not an autochanger.\n", drives.front()->print_name()));
  try {
    if (order->verb == "transfer") {
      const auto command = wire::decode<wire::TransferSlot>(text);
      if (!command || command->from <= 0 || command->to <= 0) return refuse();
      return transfer(*changer, *command);
    }
    if (order->verb != "list" && order->verb != "listall" && order->verb != "slots") return refuse();
    say_(fmt::format("3306 Issuing autochanger \"{}\" command.\n", order->verb));
    if (order->verb == "slots") return count_slots(*changer);
    list_slots(*changer, order->verb == "listall");
  } catch (const device::ChangerError& error) {
    for (const auto line : split(trim(error.output()), '\n')) {
      if (!line.empty()) say_(std::string(line) + "\n");
    }
    throw;
  }
}

}  // namespace holdfast::storage
