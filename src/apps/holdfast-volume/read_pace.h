// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace holdfast::apps {

/// Holds reading back to a rate, and shows on a terminal how far it is: bytes, rate, time left.
class ReadPace {
 public:
  enum class Show { no, yes };
  /// `rate` in bytes per second, 0 for as fast as it goes; `total` bytes will be read, 0 if nobody knows.
  ReadPace(std::uint64_t rate, std::uint64_t total, Show show) : rate_(rate), total_(total), show_(show) {}
  ~ReadPace() { clear(); }
  ReadPace(const ReadPace&) = delete;
  ReadPace& operator=(const ReadPace&) = delete;

  /// So many bytes were read; waits where that was too fast.
  void read(std::uint64_t bytes);
  /// Takes the line away, before something else is printed.
  void clear();
  std::uint64_t bytes() const { return bytes_; }

 private:
  using Clock = std::chrono::steady_clock;
  void hold_back(std::uint64_t bytes);
  std::string text(double seconds) const;

  std::uint64_t rate_;
  std::uint64_t total_;
  Show show_;
  std::uint64_t bytes_ = 0;
  Clock::time_point began_ = Clock::now();
  Clock::time_point due_ = began_;    ///< when what was read should have been, at that rate
  Clock::time_point shown_ = began_;  ///< nothing is known of the speed before the first while
  bool is_shown_ = false;
};

}  // namespace holdfast::apps
