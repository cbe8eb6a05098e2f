// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/tape_alert.h"

#include <fmt/core.h>

#include <array>

#include "base/endian.h"
#include "base/error.h"

namespace holdfast::device {

namespace {

constexpr int alert_count = 64;

// SPC-4: LOG SENSE, and the form of its pages.
constexpr std::uint8_t log_sense = 0x4D;
constexpr std::uint8_t alert_page = 0x2E;
constexpr std::uint8_t cumulative_values = 1 << 6;
constexpr unsigned page_code_mask = 0x3F;
constexpr std::size_t longest_answer = 1024;

}  // namespace

std::optional<std::uint64_t> parse_alert_page(Bytes page) {
  ByteReader reader(page);
  const auto code = reader.take<std::uint8_t>();
  const auto subpage = reader.take<std::uint8_t>();
  const auto length = reader.take<std::uint16_t>();
  if (!code || !subpage || !length || (*code & page_code_mask) != alert_page || *subpage != 0)
    return std::nullopt;
  ByteReader parameters(reader.left().first(std::min<std::size_t>(*length, reader.left().size())));
  std::uint64_t flags = 0;
  while (!parameters.at_end()) {
    const auto number = parameters.take<std::uint16_t>();
    const auto control = parameters.take<std::uint8_t>();
    const auto size = parameters.take<std::uint8_t>();
    const auto value = size ? parameters.take_bytes(*size) : std::nullopt;
    if (!number || !control || !value) return std::nullopt;
    const bool is_set = !value->empty() && (value->front() & std::byte{1}) != std::byte{0};
    if (is_set && *number >= 1 && *number <= alert_count) flags |= std::uint64_t{1} << (*number - 1);
  }
  return flags;
}

std::uint64_t read_alerts(os::ScsiTransport& drive) {
  std::array<std::byte, 10> command{};
  command[0] = std::byte{log_sense};
  command[2] = std::byte{cumulative_values | alert_page};
  store(&command[7], static_cast<std::uint16_t>(longest_answer));
  Buffer answer(longest_answer);
  const auto size = drive.receive(command, answer);
  const auto flags = parse_alert_page(Bytes(answer).first(std::min(size, answer.size())));
  if (!flags)
    throw Error(ErrorKind::unsupported, "the drive has no page of TapeAlerts ({} bytes came)", size);
  return *flags;
}

std::vector<TapeAlert> alerts_in(std::uint64_t flags) {
  std::vector<TapeAlert> alerts;
  for (int number = 1; number <= alert_count; ++number)
    if ((flags >> (number - 1) & 1) != 0) alerts.push_back(tape_alert(number));
  return alerts;
}

std::string message(const TapeAlert& alert, std::string_view device, std::string_view volume) {
  return fmt::format("TapeAlert on device \"{}\" with volume \"{}\": [{}] {}\n{}\nPossible cause: {}\n",
                     device, volume, alert.number, alert.name, alert.advice, alert.cause);
}

}  // namespace holdfast::device
