// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"

namespace holdfast::director {

/// Slows down and stops those who try passwords: after each failure a pause, after too many from one host nothing more
/// for a while. Any thread.
class LoginLimit {
 public:
  explicit LoginLimit(const Clock& clock, std::chrono::milliseconds first_pause = std::chrono::seconds(2))
      : clock_(clock), first_pause_(first_pause) {}

  /// Whether somebody from this host may try now.
  bool may_try(const std::string& host);
  /// How long to let them wait for the news.
  std::chrono::milliseconds failed(const std::string& host);
  void succeeded(const std::string& host);

  static constexpr std::size_t most_failures = 10;
  static constexpr std::chrono::minutes window{10};

 private:
  using Failures = std::map<std::string, std::vector<Instant>>;
  void forget_old(Failures& failures) const;

  const Clock& clock_;
  std::chrono::milliseconds first_pause_;
  Guarded<Failures> failures_;
};

}  // namespace holdfast::director
