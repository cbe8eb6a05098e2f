// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/device/memory_tape.h"

#include "testing/device/memory_byte_store.h"

namespace holdfast::testing_support {
MemoryTape::MemoryTape(device::TapePlan plan, device::TapeTraits traits)
    : plan_(std::move(plan)),
      unit_(
          "\"Tape\" (memory)", traits,
          [this](os::Tape::Access access) -> device::Outcome<std::unique_ptr<device::TapeDrive>> {
            if (const auto* fault = plan_.fault(device::TapeFault::At::open)) return unexpected(fault->error);
            if (plan_.is_write_protected && access == os::Tape::Access::write)
              return unexpected(std::make_error_code(std::errc::read_only_file_system));
            return open();
          },
          [this](std::chrono::seconds time, const std::stop_token&) {
            waited_ += time;
            if (on_pause) on_pause();
          }) {}

void MemoryTape::make_busy() {
  using At = device::TapeFault::At;
  for (const auto at : {At::open, At::read, At::write})
    plan_.faults.push_back(
        {.at = at, .times = UINT32_MAX, .error = std::make_error_code(std::errc::device_or_resource_busy)});
}

std::unique_ptr<device::TapeDrive> MemoryTape::open() {
  return std::make_unique<device::EmulatedTape>(std::make_unique<MemoryByteStore>(medium_),
                                                std::make_unique<device::BorrowedTapePlan>(plan_),
                                                [](std::chrono::milliseconds) {});
}

}  // namespace holdfast::testing_support
