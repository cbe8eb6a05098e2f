// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "device/device.h"

namespace holdfast::testing_support {

/// A world with one drive for the suite; destroyed after the test.
class DriveFixture {
 public:
  virtual ~DriveFixture() = default;
  virtual device::Drive& drive() = 0;
};

/// What every byte-addressed device and its drive must do:
///
///   INSTANTIATE_TEST_SUITE_P(File, DeviceConformance, testing::Values(make_directory_fixture));
class DeviceConformance : public testing::TestWithParam<std::function<std::unique_ptr<DriveFixture>()>> {
 protected:
  void SetUp() override { fixture_ = GetParam()(); }
  device::Drive& drive() { return fixture_->drive(); }

 private:
  std::unique_ptr<DriveFixture> fixture_;
};

/// A block of `length` bytes whose content depends on `seed`.
Buffer block_of(std::size_t length, std::uint8_t seed);

}  // namespace holdfast::testing_support
