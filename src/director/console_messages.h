// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"

namespace holdfast::director {

/// Messages that wait for somebody at a console, in a file, so that they survive a restart. Any thread. When
/// nobody fetches them the oldest are given up; the jobs' logs in the catalog keep everything.
class ConsoleMessages {
 public:
  explicit ConsoleMessages(std::filesystem::path file) : file_(std::move(file)) {}

  void add(std::string_view text);
  bool is_empty() const;
  /// All lines, newlines included; afterwards there are none.
  std::vector<std::string> take();

 private:
  struct Lock {};
  static constexpr std::uintmax_t largest = 16U << 20U;

  std::filesystem::path file_;
  Guarded<Lock> lock_;
};

}  // namespace holdfast::director
