// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/error.h"
#include "device/dedup_device.h"
#include "device/device_options.h"
#include "device/file_device.h"
#include "os/files_at.h"

namespace holdfast::device {
namespace {

constexpr std::uint32_t directory_permissions = 0750;

DedupStores stores_in(const std::string& path, os::File::Mode mode) {
  const auto store = [&](const char* name) {
    return std::make_unique<FileByteStore>(path + "/" + name, mode);
  };
  return {store("config"), store("blocks"), store("parts"), store("aligned.data"), store("unaligned.data")};
}

}  // namespace

std::uint64_t dedup_block_size(std::string_view options) {
  constexpr std::string_view known[] = {"blocksize"};
  const auto size = DeviceOptions(options, known).size(known[0], dedup_default_block);
  if (size == 0) throw Error(ErrorKind::invalid, "device option blocksize must not be 0");
  return size;
}

std::unique_ptr<Device> DedupDrive::open(std::string_view volume, Access access) {
  const auto mode = access == Access::read ? os::File::Mode::read : os::File::Mode::write;
  return std::make_unique<DedupDevice>(stores_in(volume_path(directory_, volume), mode), access,
                                       aligned_block_);
}

std::unique_ptr<Device> DedupDrive::create(std::string_view volume) {
  const auto path = volume_path(directory_, volume);
  if (!os::is_directory(path)) {
    const auto made = os::make_directory_at(os::no_directory, path.c_str(), directory_permissions);
    if (!made) throw Error(ErrorKind::io, "make directory {}: {}", path, made.error().message());
  }
  auto stores = stores_in(path, os::File::Mode::create_or_write);
  if (stores.config->size() == 0) {
    DedupConfig empty;
    empty.aligned_block = aligned_block_;
    if (!stores.config->write_at(0, encode(empty)))
      throw Error(ErrorKind::no_space, "no room for volume {}", path);
    stores.config->sync();
  }
  os::sync_directory(path);
  os::sync_directory(directory_);
  return std::make_unique<DedupDevice>(std::move(stores), Access::append, aligned_block_);
}

bool DedupDrive::has(std::string_view volume) {
  return os::file_exists(volume_path(directory_, volume) + "/config");
}

void DedupDrive::rename(std::string_view from, std::string_view to) {
  os::rename_file(volume_path(directory_, from), volume_path(directory_, to));
  os::sync_directory(directory_);
}

}  // namespace holdfast::device
