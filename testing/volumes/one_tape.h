// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "testing/device/forwarding_drive.h"
#include "testing/device/memory_tape.h"
#include "testing/volumes/media_kinds.h"

namespace holdfast::testing_support {

/// One tape and its drive, which outlive the world that has them.
class OneTape final : public MediaKind {
 public:
  explicit OneTape(MemoryTape& tape) : tape_(tape) {}
  std::unique_ptr<device::Drive> drive() override { return std::make_unique<ForwardingDrive>(tape_.drive()); }
  std::unique_ptr<device::Device> look_at(MediaId) override {
    return tape_.drive().open("", device::Drive::Access::read);
  }
  void lose_power(std::size_t surviving) override { tape_.lose_power(surviving); }
  void set_capacity(std::size_t bytes) override { tape_.plan().capacity = bytes; }

 private:
  MemoryTape& tape_;
};

}  // namespace holdfast::testing_support
