// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>

#include "device/device.h"

namespace holdfast::device {

/// One volume in one file, which is another one when somebody has changed it: a symlink that the script disk-changer
/// lets point to the file of a slot. No file, no medium; an empty one is a blank medium.
class LoadedFileDrive final : public LoadedDrive {
 public:
  explicit LoadedFileDrive(std::string path) : path_(std::move(path)) {}

  std::unique_ptr<Device> open(std::string_view volume, Access access) override;
  bool has(std::string_view volume) override;

 private:
  std::string path_;
};

}  // namespace holdfast::device
