// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "device/device.h"
#include "os/file.h"

namespace holdfast::device {

/// A volume in a file: blocks one behind the other, nothing else (interop 04, section 7). Addresses are byte
/// offsets.
class FileDevice final : public Device {
 public:
  explicit FileDevice(os::File file);

  Addressing addressing() const override { return Addressing::bytes; }
  Written write_block(Bytes block) override;
  ReadOutcome read_block(Buffer& into) override;
  std::optional<std::uint64_t> find_block(std::uint64_t from) override;
  void seek(std::uint64_t address) override { position_ = address; }
  std::uint64_t seek_to_end() override;
  std::uint64_t position() const override { return position_; }
  std::optional<std::uint64_t> size() override { return file_.size(); }
  void flush() override;
  void truncate(std::uint64_t address) override;

 private:
  os::File file_;
  std::uint64_t position_ = 0;
  std::uint64_t written_back_ = 0;
  // Most blocks of a volume are as long as the one before: then one call reads a block and nothing of the next one.
  std::size_t expected_ = format::default_block_size;
};

/// Where a volume of that name lies in a directory. Throws Error{invalid} for names that would leave it.
std::string volume_path(const std::string& directory, std::string_view volume);

/// Volumes as files of one directory. One that is appended to is locked: open() and create() throw Error{refused} where
/// another program does so.
class DirectoryDrive final : public Drive {
 public:
  explicit DirectoryDrive(std::string directory) : directory_(std::move(directory)) {}

  std::unique_ptr<Device> open(std::string_view volume, Access access) override;
  std::unique_ptr<Device> create(std::string_view volume) override;
  bool has(std::string_view volume) override;
  void rename(std::string_view from, std::string_view to) override;

 private:
  std::string path_of(std::string_view volume) const { return volume_path(directory_, volume); }

  std::string directory_;
};

}  // namespace holdfast::device
