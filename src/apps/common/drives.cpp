// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/common/drives.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "device/changer_command.h"
#include "device/dedup_device.h"
#include "device/emulated_tape.h"
#include "device/fifo_device.h"
#include "device/file_device.h"
#include "device/loaded_file.h"
#include "device/magnetic_tape.h"
#include "device/tape_unit.h"
#include "os/file.h"
#include "os/files_at.h"

namespace holdfast::apps {
namespace {

struct TypeName {
  std::string_view name;
  DeviceType type;
};
constexpr TypeName type_names[] = {
    {"file", DeviceType::file},
    {"tape", DeviceType::tape},
    {"emulated-tape", DeviceType::emulated_tape},
    {"fifo", DeviceType::fifo},
    {"dedupable", DeviceType::dedupable},
};

std::unique_ptr<device::Drive> tape_unit(const config::Device& configured, device::TapeUnit::OpenTape open) {
  return std::make_unique<device::TapeUnit>("\"" + configured.name + "\" (" + configured.archive_device + ")",
                                            tape_traits(configured), std::move(open));
}

}  // namespace

DeviceType device_type_of(const config::Device& configured) {
  if (configured.device_type.empty()) {
    if (os::is_directory(configured.archive_device)) return DeviceType::file;
    const auto stat = os::stat_at(os::no_directory, configured.archive_device.c_str());
    const auto kind = stat ? os::kind_of_mode(stat->mode) : os::FileKind::unknown;
    if (kind == os::FileKind::character_device) return DeviceType::tape;
    if (kind == os::FileKind::fifo) return DeviceType::fifo;
  }
  for (const auto& [name, type] : type_names) {
    if (equal_ignoring_case(configured.device_type, name)) return type;
  }
  std::string names;
  for (const auto& known : type_names) names += " " + std::string(known.name);
  throw Error(ErrorKind::unsupported, "device type \"{}\" of {} is not supported; there are:{}",
              configured.device_type, configured.archive_device, names);
}

device::TapeTraits tape_traits(const config::Device& configured) {
  return {.hardware_end_of_medium = configured.hardware_end_of_medium,
          .fast_forward_space_file = configured.fast_forward_space_file,
          .forward_space_file = configured.forward_space_file,
          .forward_space_record = configured.forward_space_record,
          .backward_space_file = configured.backward_space_file,
          .backward_space_record = configured.backward_space_record,
          .bsf_at_eom = configured.bsf_at_eom,
          .two_eof = configured.two_eof,
          .use_mtiocget = configured.use_mtiocget,
          .block_positioning = configured.block_positioning,
          .eof_on_error_is_eot = configured.eof_on_error_is_eot,
          .offline_on_unmount = configured.offline_on_unmount,
          .no_rewind_on_close = configured.no_rewind_on_close,
          .max_open_wait = configured.maximum_open_wait,
          .max_rewind_wait = configured.maximum_rewind_wait,
          .sizes = {.minimum = configured.minimum_block_size, .maximum = configured.maximum_block_size}};
}

std::unique_ptr<device::Drive> make_drive(const config::Device& configured) {
  const auto path = configured.archive_device;
  const auto options = configured.device_options;
  switch (device_type_of(configured)) {
    case DeviceType::tape:
      return tape_unit(configured,
                       [path](os::Tape::Access access) { return device::MagneticTape::open(path, access); });
    case DeviceType::emulated_tape:
      device::parse_tape_plan(options);
      return tape_unit(configured, [path, options](os::Tape::Access access) {
        return device::EmulatedTape::open(path, options, access);
      });
    case DeviceType::fifo: return std::make_unique<device::FifoDrive>(path, configured.maximum_open_wait);
    case DeviceType::dedupable:
      return std::make_unique<device::DedupDrive>(path, device::dedup_block_size(options));
    case DeviceType::file: break;
  }
  // A robot for files exchanges the file that the path leads to.
  if (!configured.changer_command.empty()) return std::make_unique<device::LoadedFileDrive>(path);
  return std::make_unique<device::DirectoryDrive>(path);
}

std::unique_ptr<device::Changer> make_changer(const config::Autochanger& configured) {
  device::ChangerCommand::Settings settings;
  settings.command = configured.changer_command;
  settings.changer_device = configured.changer_device;
  settings.max_wait = std::chrono::seconds(0);
  for (const auto* device : configured.devices) {
    settings.drives.push_back({device->drive_index, device->archive_device, device->diagnostic_device});
    settings.max_wait = std::max(settings.max_wait, std::chrono::seconds(device->maximum_changer_wait));
  }
  return std::make_unique<device::ChangerCommand>(std::move(settings));
}

}  // namespace holdfast::apps
