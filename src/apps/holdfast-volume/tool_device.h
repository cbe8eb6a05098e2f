// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "config/storage_resources.h"
#include "device/device.h"

namespace holdfast::apps {

/// The device that an argument of a volume tool names (interop 10, section 3): a Device resource, its archive device, a
/// directory of volumes, or either of these and a volume.
struct ToolDevice {
  config::Device resource;
  std::string print_name;  ///< "\"File\" (/srv/volumes)"
  std::string volume;      ///< where the argument names one

  std::unique_ptr<device::Drive> make_drive() const;
  /// Whether several volumes can be open at the same time.
  bool has_named_media() const;
};

/// `config` is the argument of -c. Throws Error where there is no such device.
ToolDevice find_device(const std::string& program, const std::string& config, const std::string& argument);

/// Throws Error where the configuration has no Director resource of that name; an empty name is none to look for.
void check_director(const std::string& program, const std::string& config, const std::string& director);

}  // namespace holdfast::apps
