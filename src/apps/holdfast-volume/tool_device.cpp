// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast-volume/tool_device.h"

#include <fmt/core.h>

#include "apps/common/configuration.h"
#include "apps/common/drives.h"
#include "base/error.h"
#include "device/dedup_device.h"
#include "os/file.h"

namespace holdfast::apps {
namespace {

ToolDevice directory_device(const std::string& directory, std::string volume) {
  ToolDevice found;
  found.resource.name = directory;
  found.resource.archive_device = directory;
  found.resource.device_type = "file";
  found.print_name = fmt::format("\"{}\" ({})", directory, directory);
  found.volume = std::move(volume);
  return found;
}

/// A folder of volumes; or a volume that is a folder itself, of type dedupable.
ToolDevice named_directory(const std::string& path) {
  const auto name =
      path.find_last_not_of('/') == std::string::npos ? path : path.substr(0, path.find_last_not_of('/') + 1);
  const auto slash = name.rfind('/');
  const bool has_parent = slash != std::string::npos && slash + 1 < name.size();
  const auto parent = has_parent ? name.substr(0, std::max<std::size_t>(slash, 1)) : std::string(".");
  const auto volume = has_parent ? name.substr(slash + 1) : name;
  if (!device::DedupDrive(parent, device::dedup_default_block).has(volume)) return directory_device(path, {});
  auto found = directory_device(parent, volume);
  found.resource.device_type = "dedupable";
  return found;
}

const config::Device* find_resource(const config::StorageConfiguration& configuration,
                                    const std::string& name) {
  for (const auto& resource : configuration.devices)
    if (resource.name == name || resource.archive_device == name) return &resource;
  return nullptr;
}

}  // namespace

std::unique_ptr<device::Drive> ToolDevice::make_drive() const { return apps::make_drive(resource); }

bool ToolDevice::has_named_media() const { return make_drive()->media_kind() == device::Drive::Media::named; }

ToolDevice find_device(const std::string& program, const std::string& config, const std::string& argument) {
  const auto slash = argument.rfind('/');
  const bool has_folder = slash != std::string::npos;
  if (config.empty() && os::is_directory(argument)) return named_directory(argument);
  if (config.empty() && has_folder && os::file_exists(argument))
    return directory_device(argument.substr(0, std::max<std::size_t>(slash, 1)), argument.substr(slash + 1));
  const auto configuration = configuration_or_report<config::StorageConfiguration>(program, config);
  if (!configuration) throw NoConfiguration(ErrorKind::invalid, "the configuration cannot be used");
  ToolDevice found;
  const auto* resource = find_resource(*configuration, argument);
  if (resource == nullptr && has_folder && !argument.starts_with("/dev/")) {
    resource = find_resource(*configuration, argument.substr(0, slash));
    found.volume = argument.substr(slash + 1);
  }
  if (resource != nullptr) {
    found.resource = *resource;
    found.print_name = fmt::format("\"{}\" ({})", resource->name, resource->archive_device);
    return found;
  }
  if (os::is_directory(argument)) return named_directory(argument);
  if (has_folder && os::file_exists(argument))
    return directory_device(argument.substr(0, std::max<std::size_t>(slash, 1)), argument.substr(slash + 1));
  std::string available;
  for (const auto& device : configuration->devices)
    available += fmt::format(" \"{}\" ({})\n", device.name, device.archive_device);
  throw Error(ErrorKind::not_found, "Cannot find device \"{}\" in config file {}.\nAvailable Devices:\n{}",
              argument, config, available);
}

void check_director(const std::string& program, const std::string& config, const std::string& director) {
  if (director.empty()) return;
  const auto configuration = configuration_or_report<config::StorageConfiguration>(program, config);
  if (!configuration) throw NoConfiguration(ErrorKind::invalid, "the configuration cannot be used");
  for (const auto& resource : configuration->directors)
    if (resource.name == director) return;
  throw Error(ErrorKind::not_found, "No Director resource named {} defined in {}. Cannot continue.", director,
              config);
}

}  // namespace holdfast::apps
