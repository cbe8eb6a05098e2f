// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>

#include "base/clock.h"
#include "base/error.h"
#include "transport/channel.h"

namespace holdfast::client {

/// A moment that a Director names, in seconds or microseconds since 1970. Throws Error{invalid} for one before that or
/// after the year 9999: sums and differences with all others are in range.
template <typename Unit>
Time told_time(std::int64_t count) {
  constexpr std::chrono::seconds last(253'402'300'799);
  if (count < 0 || count > std::chrono::duration_cast<Unit>(last).count())
    throw Error(ErrorKind::invalid, "the Director names a time out of range: {}", count);
  return Time(Unit(count));
}

/// Asks the Director ten times what time it is. Returns how far our clock is ahead of its (interop 02, section
/// 3). Throws Error{network} where it does not answer, what told_time() throws for times out of range.
std::chrono::microseconds clock_ahead(transport::Channel& director, const Clock& clock);

}  // namespace holdfast::client
