// SPDX-License-Identifier: AGPL-3.0-or-later
#include "wire/layout.h"

#include <algorithm>

namespace holdfast::wire {

std::string bashed_text(std::string_view text) {
  std::string result(text);
  std::replace(result.begin(), result.end(), ' ', '\x01');
  return result;
}

std::string unbashed_text(std::string_view text) {
  std::string result(text);
  std::replace(result.begin(), result.end(), '\x01', ' ');
  return result;
}

namespace detail {

namespace {
template <typename T>
void put_digits(std::string& to, T value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  to.append(digits, end);
}
}  // namespace

void put_number(std::string& to, std::int64_t value) { put_digits(to, value); }
void put_number(std::string& to, std::uint64_t value) { put_digits(to, value); }

}  // namespace detail

}  // namespace holdfast::wire
