// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include "base/text.h"
#include "jobs/report.h"

namespace holdfast::jobs {

/// Lines of "  Label:                  value", the value at column 27.
class Lines {
 public:
  explicit Lines(std::string heading) : text_(std::move(heading)) {}
  explicit Lines(const JobReport& report)
      : Lines(fmt::format("Bareos {} {} ({}):\n", report.director, report.version, report.short_date)) {}

  Lines& add(std::string_view label, std::string_view value) {
    text_ += fmt::format("  {:<24}{}\n", fmt::format("{}:", label), value);
    return *this;
  }
  template <std::unsigned_integral T>
  Lines& add(std::string_view label, T number) {
    return add(label, std::string_view(with_thousands(number)));
  }
  Lines& add_plain(std::string_view label, std::uint64_t number) {
    return add(label, std::string_view(std::to_string(number)));
  }
  Lines& add_flag(std::string_view label, bool flag) { return add(label, flag ? "yes" : "no"); }
  Lines& add_quoted(std::string_view label, std::string_view name, std::string_view behind) {
    return add(label, fmt::format("\"{}\" {}", name, behind));
  }
  Lines& add_source(std::string_view label, std::string_view name, std::string_view source) {
    return add_quoted(label, name, fmt::format("(From {})", source));
  }

  std::string finish() { return std::move(text_) + "\n"; }

 private:
  std::string text_;
};

}  // namespace holdfast::jobs
