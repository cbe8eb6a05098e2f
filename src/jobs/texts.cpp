// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/texts.h"

#include <array>

#include "base/job_words.h"
#include "base/local_time.h"
#include "base/text.h"

namespace holdfast::jobs {
std::string report_time(Moment moment) { return local_time(moment, "%d-%b-%Y %H:%M:%S"); }

std::string elapsed_text(std::chrono::seconds elapsed) {
  constexpr std::array<std::pair<std::int64_t, std::string_view>, 6> units{{{365 * 86400, "year"},
                                                                            {30 * 86400, "month"},
                                                                            {86400, "day"},
                                                                            {3600, "hour"},
                                                                            {60, "min"},
                                                                            {1, "sec"}}};
  std::int64_t left = std::max<std::int64_t>(elapsed.count(), 0);
  if (left == 0) return "0 secs";
  std::string text;
  for (const auto& [length, name] : units) {
    const std::int64_t count = left / length;
    left %= length;
    if (count == 0) continue;
    text += fmt::format("{}{} {}{}", text.empty() ? "" : " ", count, name, count == 1 ? "" : "s");
  }
  return text;
}

std::string period_text(std::chrono::seconds period) {
  const bool ends_in_seconds = period.count() <= 0 || period.count() % 60 != 0;
  return elapsed_text(period) + (ends_in_seconds ? "" : " ");
}

std::string termination_status(std::optional<JobStatus> status) {
  if (!status) return "";
  const std::string_view text = report_text(*status);
  if (text.empty()) return fmt::format("Unknown Job termination status={}", static_cast<int>(*status));
  return std::string(text);
}

std::string bytes_text(std::uint64_t bytes) {
  return fmt::format("{} ({}B)", with_thousands(bytes), with_unit(bytes));
}

std::string rate_text(std::uint64_t bytes, std::chrono::seconds elapsed) {
  if (elapsed.count() <= 0) return "0.0";
  const double rate = static_cast<double>(bytes) / (1000.0 * static_cast<double>(elapsed.count()));
  return rate < 0.05 ? "0.0" : fmt::format("{:.1f}", rate);
}

}  // namespace holdfast::jobs
