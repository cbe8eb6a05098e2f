// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/device/scsi_tape_double.h"

#include <algorithm>

#include "base/endian.h"
#include "base/error.h"

namespace holdfast::device {

namespace {

constexpr std::byte log_sense{0x4D}, security_in{0xA2}, security_out{0xB5};

Buffer alert_page(const std::set<int>& alerts) {
  Buffer page;
  ByteWriter writer(page);
  writer.put(std::uint8_t{0x2E});
  writer.put(std::uint8_t{0});
  writer.put(static_cast<std::uint16_t>(64 * 5));
  for (int number = 1; number <= 64; ++number) {
    writer.put(static_cast<std::uint16_t>(number));
    writer.put(std::uint8_t{0xC0});
    writer.put(std::uint8_t{1});
    writer.put(static_cast<std::uint8_t>(alerts.contains(number) ? 1 : 0));
  }
  return page;
}

}  // namespace

std::size_t ScsiTapeDouble::receive(Bytes command, MutableBytes into) {
  Buffer answer;
  ByteWriter writer(answer);
  if (command.size() == 10 && command[0] == log_sense && command[2] == std::byte{0x6E}) {
    answer = alert_page(alerts);
    alerts.clear();
  } else if (command.size() == 12 && command[0] == security_in && command[1] == std::byte{0x20} &&
             can_encrypt) {
    const auto page = load<std::uint16_t>(&command[2]);
    writer.put(page);
    writer.put(std::uint16_t{20});
    answer.resize(24);
    if (page == 0x20) {
      answer[4] = std::byte{0x42};
      answer[5] = std::byte{encrypting};
      answer[6] = std::byte{decrypting};
      answer[7] = std::byte{1};
      store(&answer[8], key_instances);
    } else if (page == 0x21) {
      store(&answer[4], std::uint64_t{7});
      answer[12] = is_block_encrypted ? std::byte{key.empty() ? std::uint8_t{0x36} : std::uint8_t{0x35}}
                                      : std::byte{0x33};
      answer[13] = std::byte{1};
    } else {
      throw Error(ErrorKind::refused, "ILLEGAL REQUEST (24/00)");
    }
  } else {
    throw Error(ErrorKind::refused, "ILLEGAL REQUEST (20/00)");
  }
  const auto size = std::min({answer.size(), into.size(), answer_ends_at});
  std::copy_n(answer.begin(), size, into.begin());
  return size;
}

void ScsiTapeDouble::send(Bytes command, Bytes data) {
  const bool is_known = command.size() == 12 && command[0] == security_out && command[1] == std::byte{0x20} &&
                        load<std::uint16_t>(&command[2]) == 0x10 && can_encrypt;
  if (!is_known) throw Error(ErrorKind::refused, "ILLEGAL REQUEST (20/00)");
  const bool is_whole = load<std::uint32_t>(&command[6]) == data.size() && data.size() >= 20 &&
                        load<std::uint16_t>(data.data()) == 0x10 &&
                        std::size_t{4} + load<std::uint16_t>(&data[2]) == data.size() &&
                        std::size_t{20} + load<std::uint16_t>(&data[18]) == data.size();
  const bool is_for_all = is_whole && data[4] == std::byte{0x40};
  const auto key_length = is_whole ? data.size() - 20 : 0;
  const bool has_key = is_whole && data[6] == std::byte{2};
  if (!is_for_all || data[9] != std::byte{0} || key_length != (has_key ? 32U : 0U))
    throw Error(ErrorKind::refused, "ILLEGAL REQUEST (26/11)");
  encrypting = static_cast<std::uint8_t>(data[6]);
  decrypting = static_cast<std::uint8_t>(data[7]);
  key = to_buffer(data.subspan(20));
  if (has_key) ++key_instances;
}

}  // namespace holdfast::device
