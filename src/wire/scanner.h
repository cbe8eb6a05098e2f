// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <charconv>
#include <concepts>
#include <string>
#include <string_view>

#include "base/expected.h"

namespace holdfast::wire {

/// Why a message could not be read, for a log: "unexpected text at byte 12: ..." .
struct DecodeError {
  std::size_t offset = 0;
  std::string reason;
};

/// Reads a message as leniently as the peer does (interop 01, section 2; interop 03, section 1), but checks
/// sizes and ranges. After the first failure error() tells what was wrong.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::string_view left() const { return text_.substr(position_); }
  const DecodeError& error() const { return error_; }

  /// Matches byte for byte; a run of white space in `pattern` matches any number of white-space bytes, also
  /// none. Takes nothing when it does not match; no failure is noted.
  bool try_literal(std::string_view pattern);
  /// The same, and notes a failure.
  bool literal(std::string_view pattern);

  /// The bytes up to the next white space, NUL or the end, perhaps none. Fails when they are more than `limit`.
  bool word(std::string_view& into, std::size_t limit);
  /// The bytes up to `end`, which must follow and is not taken.
  bool until(char end, std::string_view& into, std::size_t limit);
  /// The bytes up to the end without a final newline, which is not taken.
  bool line(std::string_view& into, std::size_t limit);
  /// Everything that is left.
  bool rest(std::string_view& into, std::size_t limit);
  bool character(char& into);

  /// Digits, for signed types after an optional '-'. No digits at all are 0, as the peer has it.
  template <std::integral T>
  bool number(T& into) {
    const std::string_view from = left();
    into = 0;
    const auto [stopped, failed] = std::from_chars(from.data(), from.data() + from.size(), into);
    if (failed == std::errc::result_out_of_range) return fail("number out of range");
    if (failed == std::errc{}) position_ += static_cast<std::size_t>(stopped - from.data());
    return true;
  }

  /// Notes the failure, with what stands at the current place. Always false.
  bool fail(std::string_view reason);

 private:
  bool take(std::size_t count, std::string_view& into, std::size_t limit);

  std::string_view text_;
  std::size_t position_ = 0;
  DecodeError error_;
};

}  // namespace holdfast::wire
