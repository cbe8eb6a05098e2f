// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/loaded_file.h"

#include "device/file_device.h"

namespace holdfast::device {

std::unique_ptr<Device> LoadedFileDrive::open(std::string_view, Access access) {
  os::File file(path_, access == Access::read ? os::File::Mode::read : os::File::Mode::write);
  if (access == Access::append) file.lock();
  return std::make_unique<FileDevice>(std::move(file));
}

bool LoadedFileDrive::has(std::string_view) { return os::file_exists(path_); }

}  // namespace holdfast::device
