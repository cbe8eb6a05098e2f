// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// What travels between the daemons and the console: packets, signals and one struct for every protocol
// message, with its encoding and decoding in one table. Pure: bytes in, structs out; sockets are transport's.

#include <cstdint>
#include <string_view>

namespace holdfast::wire {

/// A packet without payload, told by its negative length (interop 01, section 1.2).
enum class Signal : std::int32_t {
  end_of_data = -1,
  end_of_data_poll = -2,
  status = -3,
  terminate = -4,
  poll = -5,
  heartbeat = -6,
  heartbeat_response = -7,
  prompt = -8,
  clock_request = -9,
  break_command = -10,
  start_select = -11,
  end_select = -12,
  invalid_command = -13,
  command_failed = -14,
  command_ok = -15,
  command_begin = -16,
  messages_pending = -17,
  main_prompt = -18,
  select_input = -19,
  warning_message = -20,
  error_message = -21,
  info_message = -22,
  run_command = -23,
  yes_no = -24,
  start_restore_tree = -25,
  end_restore_tree = -26,
  sub_prompt = -27,
  text_input = -28,
};

/// The largest payload a receiver accepts, and the largest a sender puts into one packet.
inline constexpr std::int32_t max_received_payload = 1'000'000;
inline constexpr std::int32_t max_sent_payload = 999'996;
inline constexpr std::size_t packet_header_size = 4;

}  // namespace holdfast::wire
