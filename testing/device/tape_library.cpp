// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/device/tape_library.h"

#include <fmt/core.h>

#include <algorithm>

#include "device/emulated_tape.h"
#include "testing/device/memory_byte_store.h"

namespace holdfast::testing_support {

using device::ChangerErrand;
using device::ChangerError;

/// Says what cannot be as real robots do.
class TapeLibrary::Robot final : public device::Changer {
 public:
  explicit Robot(TapeLibrary& library) : library_(library) {}

  unsigned loaded(unsigned drive, const ChangerErrand&) override { return checked_drive(drive); }
  void load(unsigned slot, unsigned drive, const ChangerErrand&) override {
    if (checked_drive(drive) != 0) throw ChangerError("Child exited with code 1", "Drive is full\n");
    check_slot(slot);
    const auto& loaded = library_.loaded_;
    if (std::find(loaded.begin(), loaded.end(), slot) != loaded.end())
      throw ChangerError("Child exited with code 1",
                         fmt::format("Source Element Address {} is Empty\n", slot));
    library_.loaded_[drive] = slot;
    ++library_.loads;
  }
  void unload(unsigned slot, unsigned drive, const ChangerErrand&) override {
    if (checked_drive(drive) != slot)
      throw ChangerError("Child exited with code 1", "Drive holds another one\n");
    library_.loaded_[drive] = 0;
  }
  std::vector<std::string> list() override {
    std::vector<std::string> lines;
    for (unsigned slot = 1; slot <= library_.slots(); ++slot)
      lines.push_back(fmt::format("{}:V-{:04}", slot, slot));
    return lines;
  }
  std::vector<std::string> list_all() override { return list(); }
  unsigned slots() override { return library_.slots(); }
  std::vector<std::string> transfer(unsigned, unsigned) override {
    throw ChangerError("Child exited with code 1", "there is no other slot\n");
  }

 private:
  unsigned checked_drive(unsigned drive) const {
    if (drive >= library_.loaded_.size()) throw ChangerError("Child exited with code 1", "no such drive\n");
    return library_.loaded_[drive];
  }
  void check_slot(unsigned slot) const {
    if (slot == 0 || slot > library_.slots())
      throw ChangerError("Child exited with code 1", "no such slot\n");
  }

  TapeLibrary& library_;
};

TapeLibrary::TapeLibrary(unsigned slots, unsigned drives, const device::TapePlan& plan,
                         device::TapeTraits traits)
    : loaded_(drives), traits_(traits) {
  for (unsigned slot = 1; slot <= slots; ++slot) cartridges_.push_back({{}, plan});
}

TapeLibrary::~TapeLibrary() = default;

device::Outcome<std::unique_ptr<device::TapeDrive>> TapeLibrary::open(unsigned slot,
                                                                      os::Tape::Access access) {
  if (slot == 0) return unexpected(std::make_error_code(std::errc::no_such_file_or_directory));
  auto& cartridge = cartridges_.at(slot - 1);
  if (cartridge.plan.is_write_protected && access == os::Tape::Access::write)
    return unexpected(std::make_error_code(std::errc::read_only_file_system));
  return std::make_unique<device::EmulatedTape>(std::make_unique<MemoryByteStore>(cartridge.medium),
                                                std::make_unique<device::BorrowedTapePlan>(cartridge.plan),
                                                [](std::chrono::milliseconds) {});
}

std::unique_ptr<device::Drive> TapeLibrary::drive_with(std::function<unsigned()> slot,
                                                       const std::string& name) {
  return std::make_unique<device::TapeUnit>(
      name, traits_, [this, slot](os::Tape::Access access) { return open(slot(), access); },
      [](std::chrono::seconds, const std::stop_token&) {});
}

std::unique_ptr<device::Drive> TapeLibrary::drive(unsigned number) {
  return drive_with([this, number] { return loaded_.at(number); },
                    fmt::format("\"Drive{}\" (memory)", number));
}

std::unique_ptr<device::Device> TapeLibrary::look_at(unsigned slot) {
  return drive_with([slot] { return slot; }, fmt::format("slot {}", slot))
      ->open({}, device::Drive::Access::read);
}

std::unique_ptr<device::Changer> TapeLibrary::robot() { return std::make_unique<Robot>(*this); }

unsigned TapeLibrary::put_into_drive(unsigned number, unsigned slot) {
  return std::exchange(loaded_.at(number), slot);
}

void TapeLibrary::lose_power(std::size_t surviving) {
  std::fill(loaded_.begin(), loaded_.end(), 0);
  for (auto& cartridge : cartridges_) cartridge.medium.lose_power(surviving);
}

}  // namespace holdfast::testing_support
