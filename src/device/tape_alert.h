// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "os/scsi_device.h"

namespace holdfast::device {

/// One of the 64 flags by which drives and changers tell of troubles (SSC-3, annex on TapeAlert).
struct TapeAlert {
  enum class Severity { information, warning, critical };

  int number = 0;  ///< 1 to 64
  Severity severity = Severity::information;
  std::string_view name;    ///< "Hard error"
  std::string_view advice;  ///< what it means, and what to do
  std::string_view cause;
};

/// Of any number from 1 to 64; those without a meaning are told as such.
TapeAlert tape_alert(int number);

/// The alerts that are set, by number; bit n-1 stands for alert n.
std::vector<TapeAlert> alerts_in(std::uint64_t flags);

/// The flags of a log page 2Eh as the drive sends it; nothing where it is no such page. Not trusted.
std::optional<std::uint64_t> parse_alert_page(Bytes page);

/// Asks the drive. Most drives clear the flags by that. Throws what the transport throws, and Error{unsupported} where
/// the drive answers something else.
std::uint64_t read_alerts(os::ScsiTransport& drive);

/// For the operator (interop 03, section 16):
/// TapeAlert on device "Drive-1" with volume "Full-0001": [20] Clean now …
std::string message(const TapeAlert& alert, std::string_view device, std::string_view volume);

}  // namespace holdfast::device
