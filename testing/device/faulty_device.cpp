// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/device/faulty_device.h"

#include <fmt/core.h>

#include "base/error.h"

namespace holdfast::testing_support {

void FaultPlan::step() {
  const int now = operations++;
  if (fail_at >= 0 && now >= fail_at && now - fail_at < failures)
    throw Error(ErrorKind::io, "planned fault at operation {}", now);
}

device::Device::Written TracingDevice::write_block(Bytes block) {
  trace_.push_back(fmt::format("write {}", block.size()));
  return inner_->write_block(block);
}

device::Device::Written TracingDevice::write_filemark(Mark mark) {
  trace_.emplace_back("filemark");
  return inner_->write_filemark(mark);
}

device::Device::ReadOutcome TracingDevice::read_block(Buffer& into) {
  trace_.emplace_back("read");
  return inner_->read_block(into);
}

void TracingDevice::seek(std::uint64_t address) {
  trace_.push_back(fmt::format("seek {}", address));
  inner_->seek(address);
}

std::uint64_t TracingDevice::seek_to_end() {
  trace_.emplace_back("seek to end");
  return inner_->seek_to_end();
}

void TracingDevice::flush() {
  trace_.emplace_back("flush");
  inner_->flush();
}

void TracingDevice::truncate(std::uint64_t address) {
  trace_.push_back(fmt::format("truncate {}", address));
  inner_->truncate(address);
}

std::unique_ptr<device::Device> FaultyDrive::open(std::string_view volume, Access access) {
  plan_.step();
  return std::make_unique<FaultyDevice>(inner_.open(volume, access), plan_);
}

std::unique_ptr<device::Device> FaultyDrive::create(std::string_view volume) {
  plan_.step();
  return std::make_unique<FaultyDevice>(inner_.create(volume), plan_);
}

}  // namespace holdfast::testing_support
