// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>

#include "device/device.h"

namespace holdfast::device {

/// What a tape drive can do and how it is treated: the directives of the same names (interop 03, section 15.1). What
/// turns out to be unknown to the drive is switched off.
struct TapeTraits {
  bool hardware_end_of_medium = true;
  bool fast_forward_space_file = true;
  bool forward_space_file = true;
  bool forward_space_record = true;
  bool backward_space_file = true;
  bool backward_space_record = true;
  bool bsf_at_eom = false;
  bool two_eof = false;
  bool use_mtiocget = true;
  bool block_positioning = true;
  bool eof_on_error_is_eot = false;
  bool offline_on_unmount = false;
  bool no_rewind_on_close = true;
  std::chrono::seconds max_open_wait{300};
  std::chrono::seconds max_rewind_wait{300};
  BlockSizes sizes;  ///< of data blocks; both 0: the drive is told to take blocks of any length
};

inline constexpr std::chrono::seconds open_retry_pause{5};
inline constexpr std::chrono::seconds write_retry_pause{5};
inline constexpr std::chrono::seconds read_retry_pause{10};
inline constexpr int io_retries = 3;

}  // namespace holdfast::device
