// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast-volume/read_pace.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <thread>

#include "base/text.h"
#include "os/terminal.h"

namespace holdfast::apps {

void ReadPace::read(std::uint64_t bytes) {
  constexpr std::chrono::milliseconds between_lines{200};
  bytes_ += bytes;
  if (rate_ > 0) hold_back(bytes);
  const auto now = Clock::now();
  if (show_ == Show::no || now - shown_ < between_lines) return;
  shown_ = now;
  is_shown_ = true;
  fmt::print(stderr, "\r\x1b[K{}",
             text(std::chrono::duration<double>(now - began_).count()).substr(0, os::terminal_width() - 1));
  std::fflush(stderr);
}

void ReadPace::hold_back(std::uint64_t bytes) {
  // What a medium that stood still did not read is not made up for later.
  constexpr std::chrono::seconds most_behind{1};
  const std::chrono::duration<double> takes{static_cast<double>(bytes) / static_cast<double>(rate_)};
  due_ = std::max(due_, Clock::now() - most_behind) + std::chrono::duration_cast<Clock::duration>(takes);
  std::this_thread::sleep_until(due_);
}

std::string ReadPace::text(double seconds) const {
  const auto speed = static_cast<double>(bytes_) / std::max(seconds, 0.001);
  auto line = fmt::format("{}B", with_unit(bytes_));
  if (total_ > 0) line += fmt::format(" of {}B ({} %)", with_unit(total_), bytes_ * 100 / total_);
  line += fmt::format(", {}B/s", with_unit(static_cast<std::uint64_t>(speed)));
  if (total_ > bytes_ && speed > 0) {
    const auto left = static_cast<std::uint64_t>(std::ceil(static_cast<double>(total_ - bytes_) / speed));
    line += fmt::format(", {}:{:02}:{:02} left", left / 3600, left / 60 % 60, left % 60);
  }
  return line;
}

void ReadPace::clear() {
  if (!is_shown_) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
  is_shown_ = false;
}

}  // namespace holdfast::apps
