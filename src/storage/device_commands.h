// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "storage/storage_context.h"
#include "wire/storage_console.h"

namespace holdfast::storage {

/// The console's commands for devices: label, relabel, readlabel, mount, unmount, release, autochanger (interop
/// 03, section 12). Each returns the reply; end of data follows it.
class DeviceCommands {
 public:
  explicit DeviceCommands(const StorageContext& context) : context_(context) {}

  /// The reply to a command of this kind, or nothing when it is none.
  std::string serve(std::string_view text);

 private:
  std::string label(std::string_view text);
  std::string relabel(std::string_view text);
  std::string read_label(std::string_view text);
  std::string mount(std::string_view text);
  std::string unmount(std::string_view text);
  std::string release(std::string_view text);
  std::string autochanger(std::string_view text);

  volumes::StorageDevice* find(std::string_view name, std::int32_t drive) const;
  std::string write_label(volumes::StorageDevice& device, volumes::StorageDevice::Turn& turn,
                          const std::string& file, const std::string& volume, const std::string& pool);

  const StorageContext& context_;
};

}  // namespace holdfast::storage
