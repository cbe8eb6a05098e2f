// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "device/device.h"
#include "os/scsi_device.h"

namespace holdfast::device {

/// A tape drive that encrypts (interop 03, section 16): everything behind the label of a volume is written and read with the
/// volume's key, the label itself without. The key is loaded when the first block behind the label is used, and
/// forgotten before the label is used again, before a volume is opened, and when it is unloaded. Only tapes have labels at
/// address 0 and nowhere else.
class EncryptingDrive final : public Drive {
 public:
  /// The key in what the catalog has of a volume, never empty. Throws Error{invalid}.
  using ReadKey = std::function<Buffer(std::string_view encryption_key)>;
  /// `scsi` reaches the same drive. Volumes without key are not encrypted.
  EncryptingDrive(std::unique_ptr<Drive> drive, std::unique_ptr<os::ScsiTransport> scsi, ReadKey read_key);
  ~EncryptingDrive() override;

  Media media_kind() const override { return drive_->media_kind(); }
  void heed(std::stop_token stop) override { drive_->heed(std::move(stop)); }
  void use_key(std::string_view encryption_key) override;
  std::unique_ptr<Device> open(std::string_view volume, Access access) override;
  std::unique_ptr<Device> create(std::string_view volume) override;
  bool has(std::string_view volume) override { return drive_->has(volume); }
  void rename(std::string_view from, std::string_view to) override { drive_->rename(from, to); }
  void unload() override;

 private:
  class Lock;

  std::unique_ptr<Drive> drive_;
  ReadKey read_key_;
  std::unique_ptr<Lock> lock_;
};

}  // namespace holdfast::device
