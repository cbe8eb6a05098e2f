// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>

#include "base/expected.h"
#include "storage/storage_context.h"
#include "wire/storage_console.h"

namespace holdfast::storage {

/// The console's commands for devices: label, relabel, readlabel, mount, unmount, release, autochanger (interop
/// 03, section 12). The commands lie in label_commands.cpp, mount_commands.cpp and changer_commands.cpp.
class DeviceCommands {
 public:
  /// Sends one packet to the console.
  using Say = std::function<void(std::string_view)>;

  /// Commands end when `stop` is requested, as far as they only wait.
  DeviceCommands(const StorageContext& context, Say say, std::stop_token stop)
      : context_(context), say_(std::move(say)), stop_(std::move(stop)) {}

  /// Carries out a command of this kind and says what comes of it; end of data follows.
  void serve(std::string_view text);

 private:
  using Device = volumes::StorageDevice;
  using Turn = volumes::StorageDevice::Turn;

  void label(std::string_view text);
  void relabel(std::string_view text);
  void read_label(std::string_view text);
  void mount(std::string_view text);
  void unmount(std::string_view text);
  void release(std::string_view text);
  void autochanger(std::string_view text);

  /// A device by its name, or a drive of an autochanger: its position, or -1 for the first with Auto Select.
  Device* find(std::string_view name, std::int32_t drive) const;
  /// As above, for commands that find a device busy or not at all; null where that was said.
  Device* find_idle(std::string_view name, std::int32_t drive);
  void load(Device& device, Turn& turn, std::int32_t slot);
  /// The label of what a drive that holds one medium holds; errors of the drive are thrown.
  std::variant<volumes::FoundLabel, volumes::NoLabel> read_loaded(Turn& turn, const Device& device,
                                                                  std::string_view volume);

  template <typename Command, typename Action>
  void with_medium_to_label(std::string_view text, std::string Command::*present, Action&& action);
  void write_label(Device& device, Turn& turn, const std::string& volume, const std::string& pool);
  Expected<std::optional<volumes::FoundLabel>, std::string> label_of(Device& device, Turn& turn,
                                                                     const std::string& volume);

  void mount_unmounted(Device& device, Turn& turn, const wire::MountCommand& command);
  void mount_closed(Device& device, Turn& turn, const wire::MountCommand& command);
  void say_mounted(Device& device, Turn& turn, std::string_view form);
  void take_out(Device& device, Turn& turn);
  bool say_why_not_unmounted(Device& device);

  void list_slots(volumes::Autochanger& changer, bool all);
  void count_slots(volumes::Autochanger& changer);
  void transfer(volumes::Autochanger& changer, const wire::TransferSlot& command);

  const StorageContext& context_;
  Say say_;
  std::stop_token stop_;
};

/// Why the operator cannot use the device now, by code and text; empty: he can.
std::string busy_reply(const volumes::StorageDevice& device);

}  // namespace holdfast::storage
