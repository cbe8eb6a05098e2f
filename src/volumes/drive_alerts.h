// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "device/changer.h"
#include "os/scsi_device.h"
#include "volumes/volume_catalog.h"

namespace holdfast::volumes {

/// Tells of the troubles of a drive (interop 03, section 16). Used by one thread at a time: the one whose job was the last
/// to work with the drive.
class DriveAlerts {
 public:
  virtual ~DriveAlerts() = default;
  /// What cannot be found out is told as well. Returns the TapeAlerts of the drive, a bit each; none for one that is asked
  /// otherwise. Throws only what the log throws.
  virtual std::uint64_t tell(const device::ChangerErrand& errand, JobLog& log) = 0;
};

/// Runs the Alert Command of a device, and passes on what it says.
class AlertCommand final : public DriveAlerts {
 public:
  struct Settings {
    std::string command;
    std::string archive_device = {};
    std::string changer_device = {};
    std::string diagnostic_device = {};
    unsigned drive_index = 0;
    std::chrono::milliseconds limit{300'000};
  };
  explicit AlertCommand(Settings settings);

  std::uint64_t tell(const device::ChangerErrand& errand, JobLog& log) override;

 private:
  std::vector<std::string> words_for(const device::ChangerErrand& errand) const;

  Settings settings_;
  std::vector<std::string> words_;
};

/// Reads the drive's own page of TapeAlerts.
class TapeAlertLog final : public DriveAlerts {
 public:
  using Open = std::function<std::unique_ptr<os::ScsiTransport>()>;
  /// `device` is its name in messages; `open` throws Error where the drive cannot be reached.
  TapeAlertLog(std::string device, Open open) : device_(std::move(device)), open_(std::move(open)) {}

  std::uint64_t tell(const device::ChangerErrand& errand, JobLog& log) override;

 private:
  std::string device_;
  Open open_;
};

}  // namespace holdfast::volumes
