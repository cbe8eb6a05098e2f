// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>

namespace holdfast::device {

/// Lets time pass before something is tried again; ends early when a stop is requested.
using Pause = std::function<void(std::chrono::seconds, const std::stop_token&)>;
/// Really waits.
Pause real_pause();

/// What a drive and its devices have while something may still come: as much as whoever uses them.
class Patience {
 public:
  explicit Patience(Pause pause = real_pause()) : pause_(std::move(pause)) {}

  /// Who uses the drive from here on: it waits for nothing any more when this stop is requested.
  void heed(std::stop_token stop) { stop_ = std::move(stop); }
  const std::stop_token& stop() const { return stop_; }

  /// Before another try. Throws Error{cancelled} when the stop is requested.
  void pause(std::chrono::seconds time) const;

 private:
  Pause pause_;
  std::stop_token stop_;
};

}  // namespace holdfast::device
