// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

// Durations, sizes and speeds as people write them: parts of a number and a unit, "1 month 2 days", "1.5g"; blanks
// are optional (interop 06, sections 4.1 and 4.2). A unit is matched, whatever its case, as the beginning of the first
// word that fits; each part is truncated to a whole number. Empty where the text is none of it or does not fit.

/// Words in this order: n (minutes), seconds, months (30 d), minutes, mins, hours, days, weeks, quarters (91 d), years
/// (365 d); without one, seconds. So "m" are months and "2 n" are two minutes.
std::optional<std::chrono::seconds> parse_duration(std::string_view text);

/// In bytes. k, m, g, t, p, e are powers of 1024; kb, mb ... powers of 1000.
std::optional<std::uint64_t> parse_size(std::string_view text);

/// In bytes per second. k/s, m/s are 1024 and 1024^2; kb/s, mb/s 1000 and 1000^2; the "/s" may be left out.
std::optional<std::uint64_t> parse_speed(std::string_view text);

/// What parse_duration() reads back: "1 weeks 5 days 3 hours ", with that blank at the end as the peer prints it.
std::string format_duration(std::chrono::seconds duration);

/// What parse_size() reads back: "1 g 512 m"; bytes that are left come last, without unit.
std::string format_size(std::uint64_t bytes);

}  // namespace holdfast
