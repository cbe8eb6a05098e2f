// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::director::console {

// Times as consoles show and read them, always the local time of the Director; arguments are Unix seconds.

/// "22-Nov-26 21:51".
std::string short_time(std::int64_t time);
/// "Mon 23-Nov-2026 21:00".
std::string week_day_time(std::int64_t time);
/// "2026-11-22 21:51:06".
std::string standard_time(std::int64_t time);
/// Any strftime format.
std::string format_time(std::int64_t time, const char* format);

/// "2024-05-01 12:34:56".
std::optional<std::int64_t> parse_time(std::string_view text);
/// The same, where parts may be missing from the right: "2024", "2024-05", "2024-05-01 12".
std::optional<std::int64_t> parse_short_time(std::string_view text);

/// "1 day 1 hour 1 min 1 sec", "1 year ", "0 secs" (interop 09, section 2.1).
std::string duration_text(std::int64_t seconds);

}  // namespace holdfast::director::console
