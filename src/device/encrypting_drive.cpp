// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/encrypting_drive.h"

#include "base/error.h"
#include "device/drive_encryption.h"

namespace holdfast::device {

/// The key that is wanted, and whether the drive has it.
class EncryptingDrive::Lock {
 public:
  explicit Lock(std::unique_ptr<os::ScsiTransport> scsi) : scsi_(std::move(scsi)) {}

  void want(Buffer key) {
    if (key != key_) forget();
    key_ = std::move(key);
  }
  void load() {
    if (key_.empty() || is_loaded_) return;
    set_key(*scsi_, key_);
    is_loaded_ = true;
  }
  void forget() {
    if (std::exchange(is_loaded_, false)) clear_key(*scsi_);
  }
  /// Whatever somebody else may have loaded.
  void forget_all() {
    is_loaded_ = false;
    clear_key(*scsi_);
  }

 private:
  std::unique_ptr<os::ScsiTransport> scsi_;
  Buffer key_;
  bool is_loaded_ = false;
};

namespace {

template <typename Lock>
class EncryptingDevice final : public Device {
 public:
  EncryptingDevice(std::unique_ptr<Device> device, Lock& lock) : device_(std::move(device)), lock_(lock) {}

  void heed(std::stop_token stop) override { device_->heed(std::move(stop)); }
  Addressing addressing() const override { return device_->addressing(); }
  void set_block_sizes(const BlockSizes& sizes) override { device_->set_block_sizes(sizes); }
  Written write_block(Bytes block) override {
    prepare();
    return device_->write_block(block);
  }
  Written write_filemark(Mark mark) override { return device_->write_filemark(mark); }
  ReadOutcome read_block(Buffer& into) override {
    prepare();
    return device_->read_block(into);
  }
  std::optional<std::uint64_t> find_block(std::uint64_t from) override { return device_->find_block(from); }
  void seek(std::uint64_t address) override { device_->seek(address); }
  std::uint64_t seek_to_end() override { return device_->seek_to_end(); }
  std::uint64_t position() const override { return device_->position(); }
  std::optional<std::uint64_t> size() override { return device_->size(); }
  void flush() override { device_->flush(); }
  void truncate(std::uint64_t address) override { device_->truncate(address); }

 private:
  void prepare() {
    if (device_->position() == 0) {
      lock_.forget();
    } else {
      lock_.load();
    }
  }

  std::unique_ptr<Device> device_;
  Lock& lock_;
};

}  // namespace

EncryptingDrive::EncryptingDrive(std::unique_ptr<Drive> drive, std::unique_ptr<os::ScsiTransport> scsi,
                                 ReadKey read_key)
    : drive_(std::move(drive)),
      read_key_(std::move(read_key)),
      lock_(std::make_unique<Lock>(std::move(scsi))) {}
EncryptingDrive::~EncryptingDrive() = default;

void EncryptingDrive::use_key(std::string_view encryption_key) {
  lock_->want(encryption_key.empty() ? Buffer() : read_key_(encryption_key));
}

std::unique_ptr<Device> EncryptingDrive::open(std::string_view volume, Access access) {
  lock_->forget_all();
  return std::make_unique<EncryptingDevice<Lock>>(drive_->open(volume, access), *lock_);
}

std::unique_ptr<Device> EncryptingDrive::create(std::string_view volume) {
  lock_->forget_all();
  return std::make_unique<EncryptingDevice<Lock>>(drive_->create(volume), *lock_);
}

void EncryptingDrive::unload() {
  lock_->forget();
  drive_->unload();
}

}  // namespace holdfast::device
