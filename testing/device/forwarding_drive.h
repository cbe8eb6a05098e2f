// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "device/device.h"

namespace holdfast::testing_support {

/// Lends a drive to somebody who wants to own one; several may have the same.
class ForwardingDrive final : public device::Drive {
 public:
  explicit ForwardingDrive(device::Drive& drive) : drive_(drive) {}

  Media media_kind() const override { return drive_.media_kind(); }
  void heed(std::stop_token stop) override { drive_.heed(std::move(stop)); }
  void use_key(std::string_view encryption_key) override { drive_.use_key(encryption_key); }
  std::unique_ptr<device::Device> open(std::string_view volume, Access access) override {
    return drive_.open(volume, access);
  }
  std::unique_ptr<device::Device> create(std::string_view volume) override { return drive_.create(volume); }
  bool has(std::string_view volume) override { return drive_.has(volume); }
  void rename(std::string_view from, std::string_view to) override { drive_.rename(from, to); }
  void unload() override { drive_.unload(); }

 private:
  device::Drive& drive_;
};

}  // namespace holdfast::testing_support
