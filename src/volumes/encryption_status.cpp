// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/encryption_status.h"

#include <fmt/core.h>

#include "base/error.h"
#include "base/local_time.h"
#include "volumes/storage_device.h"

namespace holdfast::volumes {

namespace {

constexpr std::string_view of_drive = "Drive encryption status:", of_volume = "Volume encryption status:";

template <typename Find>
std::string paragraph(std::string_view heading, Find&& find) {
  try {
    return fmt::format("{}\n    {}\n", heading, find());
  } catch (const Error& error) {
    return fmt::format("{}\n    Not known: {}\n", heading, error.what());
  }
}

}  // namespace

std::vector<std::string> EncryptionStatus::ask(bool has_volume) const {
  std::vector<std::string> paragraphs;
  std::unique_ptr<os::ScsiTransport> drive;
  paragraphs.push_back(paragraph(of_drive, [&] {
    if (!open_) return device::describe(device::DriveEncryption{});
    drive = open_();
    return device::describe(device::drive_encryption(*drive));
  }));
  if (!has_volume) return paragraphs;
  if (!open_) {
    paragraphs.push_back(paragraph(of_volume, [] { return std::string("It is not encrypted."); }));
  } else if (drive) {
    paragraphs.push_back(
        paragraph(of_volume, [&] { return device::describe(device::next_block_encryption(*drive)); }));
  }
  return paragraphs;
}

std::vector<std::string> EncryptionStatus::paragraphs(StorageDevice& device) {
  const auto state = device.state();
  if (!state.is_busy()) {
    if (const auto turn = device.try_turn({})) {
      Answer answer{ask(!state.volume.empty()), clock_.now()};
      last_.with([&](std::optional<Answer>& last) { last = answer; });
      return answer.paragraphs;
    }
  }
  const auto last = last_.read([](const std::optional<Answer>& answer) { return answer; });
  if (!last) return {fmt::format("{}\n    The drive is in use and is not asked.\n", of_drive)};
  auto paragraphs = last->paragraphs;
  paragraphs.push_back(
      fmt::format("    The drive is in use and is not asked: this was so {}.\n", short_time(last->when)));
  return paragraphs;
}

}  // namespace holdfast::volumes
