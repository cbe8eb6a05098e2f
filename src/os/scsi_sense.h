// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace holdfast::os {

/// Why a SCSI device did not carry out a command (SPC-4, section 4.5).
struct ScsiSense {
  std::uint8_t key = 0;
  std::uint8_t code = 0;       ///< additional sense code
  std::uint8_t qualifier = 0;  ///< of that code
  bool operator==(const ScsiSense&) const = default;
};

/// Of sense data in fixed or descriptor form; nothing where it is too short or of another form. Not trusted.
std::optional<ScsiSense> parse_sense(Bytes data);

/// "ILLEGAL REQUEST (24/00)"; for messages.
std::string to_string(const ScsiSense& sense);

}  // namespace holdfast::os
