// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/device/memory_tape.h"

#include <algorithm>

namespace holdfast::testing_support {
namespace {

class MemoryTapeStore final : public device::TapeStore {
 public:
  explicit MemoryTapeStore(MemoryMedium& medium) : medium_(medium) {}

  std::size_t read_at(std::uint64_t offset, MutableBytes into) override {
    const auto from = std::min<std::size_t>(offset, medium_.contents.size());
    const auto part = Bytes(medium_.contents).subspan(from);
    const auto length = std::min(part.size(), into.size());
    std::copy_n(part.begin(), length, into.begin());
    return length;
  }
  bool write_at(std::uint64_t offset, Bytes data) override {
    if (medium_.contents.size() < offset + data.size()) medium_.contents.resize(offset + data.size());
    std::copy(data.begin(), data.end(), medium_.contents.begin() + static_cast<std::ptrdiff_t>(offset));
    return true;
  }
  std::uint64_t size() const override { return medium_.contents.size(); }
  void resize(std::uint64_t size) override { medium_.contents.resize(size); }
  void sync() override { medium_.durable = medium_.contents; }

 private:
  MemoryMedium& medium_;
};

/// Passes on a plan that somebody else keeps.
class BorrowedPlan final : public device::TapePlanSource {
 public:
  explicit BorrowedPlan(device::TapePlan& plan) : plan_(plan) {}
  device::TapePlan& current() override { return plan_; }

 private:
  device::TapePlan& plan_;
};

}  // namespace

MemoryTape::MemoryTape(device::TapePlan plan, device::TapeTraits traits)
    : plan_(std::move(plan)),
      unit_(
          "\"Tape\" (memory)", std::move(traits),
          [this](os::Tape::Access access) -> device::Outcome<std::unique_ptr<device::TapeDrive>> {
            if (const auto* fault = plan_.fault(device::TapeFault::At::open)) return unexpected(fault->error);
            if (plan_.is_write_protected && access == os::Tape::Access::write)
              return unexpected(std::make_error_code(std::errc::read_only_file_system));
            return open();
          },
          [this](std::chrono::seconds time) { waited_ += time; }) {}

std::unique_ptr<device::TapeDrive> MemoryTape::open() {
  return std::make_unique<device::EmulatedTape>(std::make_unique<MemoryTapeStore>(medium_),
                                                std::make_unique<BorrowedPlan>(plan_),
                                                [](std::chrono::milliseconds) {});
}

}  // namespace holdfast::testing_support
