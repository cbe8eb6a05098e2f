// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/drive_encryption.h"
#include "device/tape_alert.h"
#include "os/scsi_sense.h"

using namespace holdfast;

// What tape drives answer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input(reinterpret_cast<const std::byte*>(data), size);
  if (const auto status = device::parse_drive_encryption(input)) device::describe(*status);
  if (const auto block = device::parse_block_encryption(input)) device::describe(*block);
  if (const auto flags = device::parse_alert_page(input)) device::alerts_in(*flags);
  if (const auto sense = os::parse_sense(input)) os::to_string(*sense);
  return 0;
}
