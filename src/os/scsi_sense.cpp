// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/scsi_sense.h"

#include <fmt/core.h>

#include <array>
#include <string_view>

namespace holdfast::os {

namespace {

constexpr unsigned response_code_mask = 0x7F;
constexpr unsigned key_mask = 0x0F;

/// Where the fields lie in the two forms.
struct Form {
  unsigned first_code;  ///< response code of current errors; deferred ones follow
  std::size_t key, code, qualifier;
};
constexpr std::array forms{Form{0x70, 2, 12, 13}, Form{0x72, 1, 2, 3}};

constexpr std::array<std::string_view, 16> key_names{
    "NO SENSE",       "RECOVERED ERROR", "NOT READY",      "MEDIUM ERROR",
    "HARDWARE ERROR", "ILLEGAL REQUEST", "UNIT ATTENTION", "DATA PROTECT",
    "BLANK CHECK",    "VENDOR SPECIFIC", "COPY ABORTED",   "ABORTED COMMAND",
    "RESERVED",       "VOLUME OVERFLOW", "MISCOMPARE",     "COMPLETED"};

struct Named {
  std::uint8_t code, qualifier;
  std::string_view text;
};
/// What an administrator of encrypting drives meets.
constexpr std::array named{
    Named{0x20, 0x00, "the drive does not know the command"},
    Named{0x24, 0x00, "the drive does not support this request"},
    Named{0x26, 0x11, "wrong encryption parameters"},
    Named{0x3a, 0x00, "no medium"},
    Named{0x74, 0x01, "data cannot be decrypted: the key is missing"},
    Named{0x74, 0x02, "data is not encrypted, and only encrypted data may be read"},
    Named{0x74, 0x03, "wrong encryption key"},
    Named{0x74, 0x08, "encryption is controlled by somebody else, such as the library"},
};

}  // namespace

std::optional<ScsiSense> parse_sense(Bytes data) {
  if (data.empty()) return std::nullopt;
  const auto at = [&](std::size_t place) { return static_cast<std::uint8_t>(data[place]); };
  for (const auto& form : forms) {
    const unsigned response = at(0) & response_code_mask;
    if (response != form.first_code && response != form.first_code + 1) continue;
    if (data.size() <= form.key) return std::nullopt;
    ScsiSense sense{static_cast<std::uint8_t>(at(form.key) & key_mask)};
    if (data.size() > form.qualifier) {
      sense.code = at(form.code);
      sense.qualifier = at(form.qualifier);
    }
    return sense;
  }
  return std::nullopt;
}

std::string to_string(const ScsiSense& sense) {
  std::string text =
      fmt::format("{} ({:02x}/{:02x})", key_names[sense.key & key_mask], sense.code, sense.qualifier);
  for (const auto& entry : named)
    if (entry.code == sense.code && entry.qualifier == sense.qualifier)
      text += fmt::format(": {}", entry.text);
  return text;
}

}  // namespace holdfast::os
