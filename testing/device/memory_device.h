// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "device/device.h"

namespace holdfast::testing_support {

/// A block of `length` bytes whose content depends on `seed`. Its checksum is not set.
Buffer block_of(std::size_t length, std::uint8_t seed);

/// A volume made of memory, which loses power when told to.
struct MemoryMedium {
  Buffer contents;
  Buffer durable;  ///< what was there at the last flush
  std::size_t capacity = SIZE_MAX;

  /// Drops what was not flushed, except `surviving` bytes of it: a disk may have written more than it was told.
  void lose_power(std::size_t surviving = 0);
};

class MemoryDevice final : public device::Device {
 public:
  explicit MemoryDevice(MemoryMedium& medium) : medium_(medium) {}

  device::Addressing addressing() const override { return device::Addressing::bytes; }
  Written write_block(Bytes block) override;
  ReadOutcome read_block(Buffer& into) override;
  std::optional<std::uint64_t> find_block(std::uint64_t from) override;
  void seek(std::uint64_t address) override { position_ = address; }
  std::uint64_t seek_to_end() override { return position_ = medium_.contents.size(); }
  std::uint64_t position() const override { return position_; }
  std::optional<std::uint64_t> size() override { return medium_.contents.size(); }
  void flush() override { medium_.durable = medium_.contents; }
  void truncate(std::uint64_t address) override;

 private:
  MemoryMedium& medium_;
  std::uint64_t position_ = 0;
};

/// A shelf of such volumes; outlives the devices it opened. Opening and creating may be done by several threads.
class MemoryDrive final : public device::Drive {
 public:
  std::unique_ptr<device::Device> open(std::string_view volume, Access access) override;
  std::unique_ptr<device::Device> create(std::string_view volume) override;
  bool has(std::string_view volume) override {
    const std::lock_guard lock(mutex_);
    return media_.contains(std::string(volume));
  }
  void rename(std::string_view from, std::string_view to) override;

  MemoryMedium& medium(std::string_view volume);
  std::map<std::string, MemoryMedium>& media() { return media_; }
  void lose_power(std::size_t surviving = 0);
  /// Of media made from now on.
  void set_capacity(std::size_t bytes) { capacity_ = bytes; }

 private:
  std::mutex mutex_;  ///< guards the map, not the media
  std::map<std::string, MemoryMedium> media_;
  std::size_t capacity_ = SIZE_MAX;
};

}  // namespace holdfast::testing_support
