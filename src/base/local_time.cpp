// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/local_time.h"

#include <array>
#include <ctime>

namespace holdfast {

std::string local_time(Time moment, const char* format) {
  const std::time_t when = unix_seconds(moment);
  std::tm fields{};
  if (localtime_r(&when, &fields) == nullptr) return "?";
  std::array<char, 128> text{};
  return {text.data(), std::strftime(text.data(), text.size(), format, &fields)};
}

}  // namespace holdfast
