// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>

#include "device/device.h"

namespace holdfast::device {

/// One volume in one file, which is another one when somebody has changed it: a symlink that the script disk-changer
/// lets point to the file of a slot. No file, no medium; an empty one is a blank medium.
class LoadedFileDrive final : public Drive {
 public:
  explicit LoadedFileDrive(std::string path) : path_(std::move(path)) {}

  Media media_kind() const override { return Media::loaded; }
  std::unique_ptr<Device> open(std::string_view volume, Access access) override;
  std::unique_ptr<Device> create(std::string_view volume) override { return open(volume, Access::append); }
  bool has(std::string_view volume) override;
  void rename(std::string_view, std::string_view) override {}

 private:
  std::string path_;
};

}  // namespace holdfast::device
