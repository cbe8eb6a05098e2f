// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast-volume/tool_device.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "apps/common/configuration.h"
#include "apps/common/drives.h"
#include "base/error.h"
#include "base/text.h"
#include "crypto/key_wrap.h"
#include "device/dedup_device.h"
#include "device/encrypting_drive.h"
#include "os/file.h"
#include "os/scsi_device.h"
#include "os/terminal.h"
#include "volumes/key_cache.h"
#include "volumes/loading_drive.h"

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

/// The drive of an Autochanger of that name that was chosen, else the first that jobs may choose.
const config::Device* find_drive(const config::StorageConfiguration& configuration, const std::string& name,
                                 int wanted) {
  for (const auto& changer : configuration.autochangers) {
    if (changer.name != name || changer.devices.empty()) continue;
    for (const auto* drive : changer.devices)
      if (wanted == DeviceChoice::any_drive ? drive->auto_select : drive->drive_index == wanted) return drive;
    if (wanted == DeviceChoice::any_drive) return changer.devices.front();
    throw Error(ErrorKind::not_found, "Autochanger {} has no drive with the index {}.", name, wanted);
  }
  return nullptr;
}

ToolDevice::Library library_of(const config::StorageConfiguration& configuration,
                               const config::Device& drive) {
  for (const auto& changer : configuration.autochangers) {
    if (std::find(changer.devices.begin(), changer.devices.end(), &drive) == changer.devices.end()) continue;
    ToolDevice::Library library{changer.name, changer.changer_device, changer.changer_command, {}};
    for (const auto* member : changer.devices) library.drives.push_back(*member);
    return library;
  }
  return {};
}

std::vector<std::string> key_encryption_keys(const config::StorageConfiguration& configuration,
                                             const DeviceChoice& choice) {
  std::vector<std::string> keys;
  bool is_known = choice.director.empty();
  for (const auto& resource : configuration.directors) {
    if (!choice.director.empty() && resource.name != choice.director) continue;
    is_known = true;
    keys.push_back(resource.key_encryption_key.text);
  }
  if (!is_known)
    throw Error(ErrorKind::not_found, "No Director resource named {} defined in {}. Cannot continue.",
                choice.director, choice.config);
  return keys;
}

/// Each of the keys is tried: a check in what they lock tells whether it was the right one.
Buffer read_key(const std::vector<std::string>& key_encryption_keys, std::string_view encryption_key) {
  std::string why = "the configuration has no Director";
  for (const auto& candidate : key_encryption_keys) {
    auto key = crypto::read_tape_key(encryption_key, candidate);
    if (key) return *key;
    why = key.error();
  }
  throw Error(ErrorKind::invalid, "its encryption key cannot be used: {}", why);
}

std::unique_ptr<device::Drive> bare_drive(const ToolDevice& tool) {
  auto drive = apps::make_drive(tool.resource);
  if (!tool.resource.drive_crypto_enabled) return drive;
  if (tool.resource.diagnostic_device.empty())
    throw Error(ErrorKind::invalid,
                "'Drive Crypto Enabled' needs a 'Diagnostic Device', the SCSI generic device of the drive");
  return std::make_unique<device::EncryptingDrive>(
      std::move(drive), std::make_unique<os::ScsiDevice>(tool.resource.diagnostic_device),
      [keys = tool.key_encryption_keys](std::string_view key) { return read_key(keys, key); });
}

/// Nothing where nobody is at the terminal.
volumes::LoadingDrive::AskPerson person_at(const std::string& device) {
  if (!os::is_terminal(os::StandardStream::input) || !os::is_terminal(os::StandardStream::error)) return {};
  return [device](const std::string& volume, const std::string& instead) {
    fmt::print(stderr,
               "In device {} there is {}.\nPut in volume \"{}\" and press Return, or q to give up: ", device,
               instead, printable(volume));
    std::fflush(stderr);
    std::string line;
    return std::getline(std::cin, line) && trim(line) != "q";
  };
}

volumes::DeviceSettings settings_of(const config::Device& resource) {
  return {.name = resource.name,
          .archive = resource.archive_device,
          .media_type = resource.media_type,
          .drive_index = resource.drive_index};
}

volumes::LoadingDrive::FindKey keys_of(const ToolDevice& tool, const volumes::ToolLibrary::Tell& tell) {
  if (!tool.resource.drive_crypto_enabled) return {};
  return [path = tool.choice.key_cache, tell](const std::string& volume) -> std::string {
    if (!path.empty()) {
      const volumes::KeyCache cache(path);
      const auto found = cache.entries().find(volume);
      if (found != cache.entries().end()) return found->second.key;
    }
    tell(fmt::format("Warning: No key of volume \"{}\" is {}; what the drive encrypted cannot be read.\n",
                     printable(volume), path.empty() ? "given (--key-cache)" : "in " + path));
    return {};
  };
}

std::unique_ptr<device::Changer> robot_of(const ToolDevice::Library& library) {
  if (library.changer_command.empty()) return nullptr;
  config::Autochanger changer;
  changer.name = library.name;
  changer.changer_device = library.changer_device;
  changer.changer_command = library.changer_command;
  for (const auto& drive : library.drives) changer.devices.push_back(&drive);
  return make_changer(changer);
}

}  // namespace

std::shared_ptr<volumes::ToolLibrary> ToolDevice::open_library() const {
  using Search = volumes::ToolLibrary::Search;
  auto opened = std::make_shared<volumes::ToolLibrary>(
      library.name, robot_of(library), choice.searches_all_slots ? Search::everywhere : Search::by_barcode);
  opened->add(settings_of(resource), bare_drive(*this));
  // What a robot is to take out of the others.
  if (opened->has_robot())
    for (const auto& other : library.drives)
      if (other.name != resource.name) opened->add(settings_of(other), apps::make_drive(other));
  return opened;
}

std::unique_ptr<device::Drive> ToolDevice::make_drive(const volumes::ToolLibrary::Tell& tell,
                                                      const std::map<std::string, unsigned>& slots) const {
  if (has_named_media()) return apps::make_drive(resource);
  if (!opened_) opened_ = open_library();
  for (const auto& [name, slot] : slots) opened_->expect(name, slot);
  return std::make_unique<volumes::LoadingDrive>(
      opened_, opened_->first(),
      volumes::LoadingDrive::Surroundings{
          .tell = tell, .ask = person_at(print_name), .find_key = keys_of(*this, tell)});
}

bool ToolDevice::has_named_media() const {
  return apps::make_drive(resource)->media_kind() == device::Drive::Media::named;
}

bool ToolDevice::shares_volumes_with(const ToolDevice& other) const {
  return resource.archive_device == other.resource.archive_device ||
         (!library.name.empty() && library.name == other.library.name);
}

ToolDevice find_device(const std::string& program, const DeviceChoice& choice, const std::string& argument) {
  const auto& config = choice.config;
  const auto slash = argument.rfind('/');
  const bool has_folder = slash != std::string::npos;
  const bool needs_configuration = !config.empty() || !choice.director.empty();
  if (!needs_configuration && os::is_directory(argument)) return named_directory(argument);
  if (!needs_configuration && has_folder && os::file_exists(argument))
    return directory_device(argument.substr(0, std::max<std::size_t>(slash, 1)), argument.substr(slash + 1));
  const auto configuration = configuration_or_report<config::StorageConfiguration>(program, config);
  if (!configuration) throw NoConfiguration(ErrorKind::invalid, "the configuration cannot be used");
  ToolDevice found;
  found.choice = choice;
  found.key_encryption_keys = key_encryption_keys(*configuration, choice);
  const auto find = [&](const std::string& name) {
    const auto* resource = find_resource(*configuration, name);
    return resource != nullptr ? resource : find_drive(*configuration, name, choice.drive);
  };
  const auto* resource = find(argument);
  if (resource == nullptr && has_folder && !argument.starts_with("/dev/")) {
    resource = find(argument.substr(0, slash));
    found.volume = argument.substr(slash + 1);
  }
  if (resource != nullptr) {
    found.resource = *resource;
    found.print_name = fmt::format("\"{}\" ({})", resource->name, resource->archive_device);
    found.library = library_of(*configuration, *resource);
    return found;
  }
  if (os::is_directory(argument)) return named_directory(argument);
  if (has_folder && os::file_exists(argument))
    return directory_device(argument.substr(0, std::max<std::size_t>(slash, 1)), argument.substr(slash + 1));
  std::string available;
  for (const auto& device : configuration->devices)
    available += fmt::format(" \"{}\" ({})\n", device.name, device.archive_device);
  for (const auto& changer : configuration->autochangers)
    available += fmt::format(" \"{}\" (Autochanger)\n", changer.name);
  throw Error(ErrorKind::not_found, "Cannot find device \"{}\" in config file {}.\nAvailable Devices:\n{}",
              argument, config, available);
}

}  // namespace holdfast::apps
