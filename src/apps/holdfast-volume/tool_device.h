// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/storage_resources.h"
#include "device/device.h"
#include "volumes/tool_library.h"

namespace holdfast::apps {

/// What the command line says of a device.
struct DeviceChoice {
  std::string config;      ///< the argument of -c
  std::string director{};  ///< whose key unlocks the keys of volumes; empty: that of any
  int drive = any_drive;   ///< of an Autochanger that is named
  bool searches_all_slots = false;
  std::string key_cache{};  ///< file of bscrypto

  static constexpr int any_drive = -1;
};

/// The device that an argument of a volume tool names (interop 10, section 3): a Device resource, its archive device, an
/// Autochanger, a directory of volumes, or one of these and a volume.
struct ToolDevice {
  config::Device resource;
  std::string print_name;  ///< "\"File\" (/srv/volumes)"
  std::string volume;      ///< where the argument names one
  DeviceChoice choice;
  /// The library it belongs to; without command where it belongs to none, or nothing is moved.
  struct Library {
    std::string name, changer_device, changer_command;
    std::vector<config::Device> drives;
  } library;
  std::vector<std::string> key_encryption_keys;

  /// `tell` hears what a robot does; `slots` are those where volumes lie, as a bootstrap tells. Volumes that are not in a drive
  /// are loaded by a robot, or asked for where somebody sits at the terminal.
  std::unique_ptr<device::Drive> make_drive(const volumes::ToolLibrary::Tell& tell,
                                            const std::map<std::string, unsigned>& slots = {}) const;
  /// Whether several volumes can be open at the same time.
  bool has_named_media() const;
  /// Whether both take their volumes from the same place.
  bool shares_volumes_with(const ToolDevice& other) const;

 private:
  std::shared_ptr<volumes::ToolLibrary> open_library() const;
  mutable std::shared_ptr<volumes::ToolLibrary> opened_;  ///< what was learned of its slots is kept
};

/// Throws Error where there is no such device, or no Director of that name.
ToolDevice find_device(const std::string& program, const DeviceChoice& choice, const std::string& argument);

}  // namespace holdfast::apps
