// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>

namespace holdfast::testing_support {

/// Summer time from the last Sunday of March, 2:00, to the last of October, 3:00; no file of time zones is needed.
inline constexpr const char* central_europe = "CET-1CEST,M3.5.0,M10.5.0/3";

/// The process is in that time zone for as long as this lives.
class TimeZone {
 public:
  explicit TimeZone(const char* zone) {
    if (const char* old = std::getenv("TZ")) old_ = old;
    set(zone);
  }
  ~TimeZone() {
    if (old_)
      set(old_->c_str());
    else
      unsetenv("TZ"), tzset();
  }
  TimeZone(const TimeZone&) = delete;
  TimeZone& operator=(const TimeZone&) = delete;

 private:
  static void set(const char* zone) {
    setenv("TZ", zone, 1);
    tzset();
  }

  std::optional<std::string> old_;
};

}  // namespace holdfast::testing_support
