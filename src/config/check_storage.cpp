// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/checks.h"

#include <fmt/core.h>

#include "base/text.h"
#include "config/check_counts.h"
#include "config/directive.h"

namespace holdfast::config {

namespace {

void check_device(const Device& device, Findings& findings) {
  constexpr std::uint32_t most_copies = 9999;
  const auto named = [&](std::string_view text) { return fmt::format("Device {}: {}", device.name, text); };
  if (device.auto_deflate != IoDirection::none &&
      device.auto_deflate_algorithm == CompressionAlgorithm::none) {
    add_error(findings, named("If 'AutoDeflate' is set, then 'AutoDeflateAlgorithm' also has to be set."),
              &device);
  }
  // What leaves this Storage Daemon is what every client can read.
  const bool inflates_on_reading =
      device.auto_inflate == IoDirection::read || device.auto_inflate == IoDirection::both;
  if (device.auto_deflate_algorithm == CompressionAlgorithm::zstd &&
      (device.auto_deflate != IoDirection::write || !inflates_on_reading)) {
    add_error(
        findings,
        named("'AutoDeflateAlgorithm = ZSTD' needs 'AutoDeflate = out' and 'AutoInflate = in' or 'both': "
              "clients of Bareos cannot read it."),
        &device);
  }
  if (device.count > most_copies) {
    add_error(findings,
              fmt::format("Count directive in device \"{}\" is {}, but must be in range 1 < Count < 10000.",
                          device.name, device.count),
              &device);
  }
  if (device.drive_crypto_enabled && device.label_media) {
    add_error(findings, named("'DriveCryptoEnabled' and 'LabelMedia' cannot be used together."), &device);
  }
  const bool is_tape = equal_ignoring_case(device.device_type, "tape") ||
                       equal_ignoring_case(device.device_type, "emulated-tape");
  if (device.device_type.empty() || is_tape) return;
  if (device.has("MaximumBlockSize")) {
    add_warning(findings, named("Setting 'Maximum Block Size' is only supported on tape devices"), device);
  }
  if (device.maximum_concurrent_jobs == 0) {
    add_warning(findings, named("unlimited (0) 'Maximum Concurrent Jobs' reduces the restore performance."),
                device);
  } else if (device.maximum_concurrent_jobs > 1) {
    add_warning(
        findings,
        named(
            "setting 'Maximum Concurrent Jobs' on device that are not of type tape to a value higher than 1 "
            "is not recommended as it will reduce the restore performance."),
        device);
  }
}

/// The changer's device and command, for drives that have none, and their numbers in the order listed.
void give_to_drives(StorageConfiguration& configuration, const Autochanger& changer) {
  std::uint16_t number = 0;
  for (const Device* drive : changer.devices) {
    for (Device& device : configuration.devices) {
      if (&device != drive) continue;
      if (device.changer_device.empty()) device.changer_device = changer.changer_device;
      if (device.changer_command.empty()) device.changer_command = changer.changer_command;
      device.drive_index = number++;
    }
  }
}

std::string numbered(const std::string& name, std::uint32_t number) {
  return fmt::format("{}{:04}", name, number);
}

/// Count = n: that many copies of the device and one more that jobs do not choose by themselves, behind an autochanger
/// with the device's name.
void multiply(StorageConfiguration& configuration, Device& device) {
  Autochanger changer;
  changer.name = device.name;
  changer.resource_type = storage_component().find_type("Autochanger");
  changer.place = device.place;
  changer.changer_device = "/dev/null";
  for (std::uint32_t number = 0; number <= device.count; ++number) {
    Device& copy = configuration.devices.emplace_back(device);
    copy.name = numbered(device.name, number);
    copy.count = 1;
    copy.auto_select = device.auto_select && number > 0;
    changer.devices.push_back(&copy);
  }
  device.name.insert(0, "$");
  configuration.autochangers.push_back(std::move(changer));
}

void multiply_devices(StorageConfiguration& configuration) {
  const std::size_t defined = configuration.devices.size();
  for (std::size_t i = 0; i < defined; ++i) {
    if (configuration.devices[i].count > 1) multiply(configuration, configuration.devices[i]);
  }
}

}  // namespace

void check(StorageConfiguration& configuration, const std::string& file, Findings& findings) {
  expect_some(configuration.storages,
              fmt::format("No Storage resource defined in {}. Cannot continue.", file), findings);
  expect_one(configuration.storages, "Only one Storage resource permitted in " + file, findings);
  expect_some(configuration.directors,
              fmt::format("No Director resource defined in {}. Cannot continue.", file), findings);
  expect_some(configuration.devices, fmt::format("No Device resource defined in {}. Cannot continue.", file),
              findings);
  expect_some(configuration.messages,
              fmt::format("No Messages resource defined in {}. Cannot continue.", file), findings);
  use_first_messages(configuration.storages, configuration);
  for (const Device& device : configuration.devices) check_device(device, findings);
  if (findings.errors.empty()) multiply_devices(configuration);
  for (const Autochanger& changer : configuration.autochangers) give_to_drives(configuration, changer);
}

}  // namespace holdfast::config
